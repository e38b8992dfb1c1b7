package dev.outbox.benchmarks;

import dev.outbox.spi.Outcome;
import dev.outbox.spi.OutcomeListener;
import dev.outbox.spi.Outgoing;
import dev.outbox.spi.Transport;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Confirms everything at once and counts it. */
final class NoDestination implements Destination, Transport, MinimumSink {
    private final AtomicLong arrived = new AtomicLong();

    @Override
    public Transport transport() {
        return this;
    }

    @Override
    public MinimumSink sink() {
        return this;
    }

    @Override
    public MinimumSink fullSink() {
        return this;
    }

    @Override
    public void send(List<Outgoing> batch, OutcomeListener outcomes) {
        for (Outgoing outgoing : batch) {
            if (outgoing.message().payload().size() > 0) {
                arrived.incrementAndGet();
            }
            outcomes.onOutcome(outgoing.token(), Outcome.CONFIRMED);
        }
    }

    @Override
    public Sent send(List<MinimumTable.Row> batch) {
        for (MinimumTable.Row row : batch) {
            if (row.payload().size() > 0) {
                arrived.incrementAndGet();
            }
        }
        return () -> {};
    }

    @Override
    public void empty() {
        arrived.set(0);
    }

    @Override
    public long arrived() {
        return arrived.get();
    }

    @Override
    public void close() {}
}
