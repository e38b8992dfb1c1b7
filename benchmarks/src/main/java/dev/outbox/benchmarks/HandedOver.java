package dev.outbox.benchmarks;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** The baseline: what was committed is handed to a thread through memory, and nobody reads the table. A crash would lose it. */
final class HandedOver implements Receiver {
    private final LatencyTransport transport = new LatencyTransport();
    private final BlockingQueue<Long> queue = new LinkedBlockingQueue<>();
    private final Thread taker = new Thread(this::take, "baseline");

    HandedOver() {
        taker.setDaemon(true);
        taker.start();
    }

    private void take() {
        try {
            while (true) {
                transport.arrived(queue.take());
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void committed(long intendedNanos) {
        queue.add(intendedNanos);
    }

    @Override
    public Latencies end(int messages) {
        Latencies latencies = transport.await(messages);
        taker.interrupt();
        return latencies;
    }
}
