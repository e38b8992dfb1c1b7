package dev.outbox.benchmarks;

import dev.outbox.spi.Outcome;
import dev.outbox.spi.OutcomeListener;
import dev.outbox.spi.Outgoing;
import dev.outbox.spi.Transport;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Confirms everything at once and counts it. */
final class NoOpTransport implements Transport {
    private final CountDownLatch expected;

    NoOpTransport(int expected) {
        this.expected = new CountDownLatch(expected);
    }

    @Override
    public void send(List<Outgoing> batch, OutcomeListener outcomes) {
        for (Outgoing outgoing : batch) {
            if (outgoing.message().payload().size() > 0) {
                expected.countDown();
            }
            outcomes.onOutcome(outgoing.token(), Outcome.CONFIRMED);
        }
    }

    void await() throws InterruptedException {
        expected.await();
    }

    @Override
    public void close() {}
}
