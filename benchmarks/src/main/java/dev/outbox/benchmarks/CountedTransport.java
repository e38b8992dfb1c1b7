package dev.outbox.benchmarks;

import dev.outbox.MessageLimits;
import dev.outbox.spi.Outcome;
import dev.outbox.spi.OutcomeListener;
import dev.outbox.spi.Outgoing;
import dev.outbox.spi.Transport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Lets another transport send, and counts what that confirms. Does not close it. */
final class CountedTransport implements Transport {
    private static final Duration BOUND = Duration.ofMinutes(3);

    private final Transport transport;
    private final CountDownLatch expected;

    CountedTransport(Transport transport, int expected) {
        this.transport = transport;
        this.expected = new CountDownLatch(expected);
    }

    @Override
    public void send(List<Outgoing> batch, OutcomeListener outcomes) {
        transport.send(batch, (token, outcome) -> {
            if (outcome == Outcome.CONFIRMED) {
                expected.countDown();
            }
            outcomes.onOutcome(token, outcome);
        });
    }

    @Override
    public Duration sendTimeout() {
        return transport.sendTimeout();
    }

    @Override
    public MessageLimits limits(String destination) {
        return transport.limits(destination);
    }

    /** Waits until all have been confirmed. */
    void await() throws InterruptedException {
        if (!expected.await(BOUND.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException(expected.getCount() + " messages are without a confirm after " + BOUND);
        }
    }

    @Override
    public void close() {}
}
