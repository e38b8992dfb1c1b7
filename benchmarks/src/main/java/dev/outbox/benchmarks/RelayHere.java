package dev.outbox.benchmarks;

import dev.outbox.relay.Relay;
import dev.outbox.spi.OutboxStore;

/** A relay in this process. */
final class RelayHere implements Receiver {
    private final LatencyTransport transport = new LatencyTransport();
    private final Relay relay;

    RelayHere(OutboxStore store) {
        relay = Relay.from(store).to(transport).name("here").start();
    }

    @Override
    public Latencies end(int messages) {
        try (relay) {
            return transport.await(messages);
        }
    }
}
