package dev.outbox.relay;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The two threads on which store commands run, and those that call transports; they end when idle for long, and with the relay. */
final class RelayThreads implements Executor {
    private static final int LANES = 2;

    private final ThreadPoolExecutor pool;
    private final SenderThreads senders;

    RelayThreads(String name) {
        AtomicInteger number = new AtomicInteger();
        pool = new ThreadPoolExecutor(LANES, LANES, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
            Thread thread = new Thread(task, "outbox-store-" + name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        pool.allowCoreThreadTimeOut(true);
        senders = new SenderThreads(name);
    }

    @Override
    public void execute(Runnable command) {
        pool.execute(command);
    }

    Executor senders() {
        return senders;
    }

    /** Takes no more commands; what runs may end, and nothing is interrupted, because interrupts damage embedded databases. */
    void shutdown() {
        pool.shutdown();
        senders.shutdown();
    }
}
