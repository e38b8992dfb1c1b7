package dev.outbox.testkit;

import dev.outbox.spi.Outcome;
import dev.outbox.spi.OutcomeListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Takes outcomes from any thread and lets a test wait for them. */
final class RecordedOutcomes implements OutcomeListener {
    private final Map<Long, List<Outcome>> byToken = new HashMap<>();

    @Override
    public synchronized void onOutcome(long token, Outcome outcome) {
        byToken.computeIfAbsent(token, same -> new ArrayList<>()).add(outcome);
        notifyAll();
    }

    /** The outcomes of {@code token} so far. */
    synchronized List<Outcome> of(long token) {
        return List.copyOf(byToken.getOrDefault(token, List.of()));
    }

    /** Waits until so many sendings have an outcome. */
    synchronized void await(int sendings, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (byToken.size() < sendings) {
            long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (leftMillis <= 0) {
                throw new AssertionError(
                        byToken.size() + " of " + sendings + " sendings have an outcome after " + limit);
            }
            try {
                wait(leftMillis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted", e);
            }
        }
    }
}
