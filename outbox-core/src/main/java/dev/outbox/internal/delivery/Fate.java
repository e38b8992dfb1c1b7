package dev.outbox.internal.delivery;

import dev.outbox.UndecodableException;
import dev.outbox.UnknownTypeException;
import dev.outbox.retry.Backoff;
import dev.outbox.retry.Jitter;
import dev.outbox.retry.RetryDecision;
import dev.outbox.retry.RetryDecision.GiveUp;
import dev.outbox.retry.RetryDecision.RetryAfter;
import dev.outbox.retry.RetryPolicy;
import dev.outbox.spi.DeadReason;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** What becomes of a delivery that was not handled. */
sealed interface Fate {
    /** It comes again. */
    record Again(int attempts, Duration delay) implements Fate {}

    /** It is given up. */
    record Dead(int attempts, DeadReason reason) implements Fate {}

    /** Delays of what costs no attempt: short at first, longer while it lasts. */
    Backoff UNCHARGED = new Backoff(Duration.ofMillis(50), 2, Duration.ofSeconds(5), Jitter.DECORRELATED);

    /** Delays of what waits for somebody who knows its type. */
    Backoff UNKNOWN_TYPE = new Backoff(Duration.ofSeconds(1), 2, Duration.ofMinutes(1), Jitter.DECORRELATED);

    /**
     * After a failed attempt.
     *
     * @param elapsed the time since the first attempt began
     * @param known how long this process, or the store, has known the delivery
     */
    static Fate of(Work work, HandlerResult.Failed failure, Duration elapsed, Duration known, RandomGenerator random) {
        if (failure.error() instanceof UndecodableException) {
            return new Dead(work.attempts() + 1, DeadReason.REJECTED);
        }
        if (failure.error() instanceof UnknownTypeException unknown) {
            Duration delay = UNKNOWN_TYPE.delay(1, work.lastDelay(), random);
            return known.plus(delay).compareTo(unknown.grace()) > 0
                    ? new Dead(work.attempts(), DeadReason.REJECTED)
                    : new Again(work.attempts(), delay);
        }
        int attempts = work.attempts() == Integer.MAX_VALUE ? Integer.MAX_VALUE : work.attempts() + 1;
        RetryDecision decision =
                decide(work.subscriber().retry(), attempts, elapsed, work.lastDelay(), failure.error(), random);
        if (decision instanceof RetryAfter again) {
            return new Again(attempts, again.delay());
        }
        return new Dead(attempts, reason((GiveUp) decision));
    }

    /** After an attempt that says nothing about the message. */
    static Again uncharged(Work work, RandomGenerator random) {
        return new Again(work.attempts(), UNCHARGED.delay(1, work.lastDelay(), random));
    }

    /** The exception is the user's: one whose methods throw is judged as if it had none of the traits that the policy looks for. */
    private static RetryDecision decide(
            RetryPolicy policy,
            int attempts,
            Duration elapsed,
            Duration lastDelay,
            Throwable error,
            RandomGenerator random) {
        try {
            return policy.decide(attempts, elapsed, lastDelay, error, random);
        } catch (RuntimeException | StackOverflowError ofTheException) {
            return policy.decide(attempts, elapsed, lastDelay, null, random);
        }
    }

    private static DeadReason reason(GiveUp decision) {
        return switch (decision.reason()) {
            case PERMANENT -> DeadReason.REJECTED;
            case ATTEMPTS_EXHAUSTED -> DeadReason.ATTEMPTS_EXHAUSTED;
            case TIME_EXHAUSTED -> DeadReason.TIME_EXHAUSTED;
        };
    }
}
