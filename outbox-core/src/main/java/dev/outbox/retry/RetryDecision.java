package dev.outbox.retry;

import java.time.Duration;
import java.util.Objects;

/** What a {@link RetryPolicy} says after a failed attempt. Immutable and thread-safe. */
public sealed interface RetryDecision {

    /**
     * Try again.
     *
     * @param delay how long to wait first, not negative
     */
    record RetryAfter(Duration delay) implements RetryDecision {

        /** @throws IllegalArgumentException if {@code delay} is negative */
        public RetryAfter {
            if (delay.isNegative()) {
                throw new IllegalArgumentException("delay is " + delay + "; it must not be negative");
            }
        }
    }

    /**
     * Do not try again.
     *
     * @param reason why
     */
    record GiveUp(Reason reason) implements RetryDecision {

        public GiveUp {
            Objects.requireNonNull(reason, "reason");
        }
    }

    /** Why a policy gave up. */
    enum Reason {

        /** The failure is of a kind that another attempt cannot mend. */
        PERMANENT,

        /** As many attempts were made as the policy allows. */
        ATTEMPTS_EXHAUSTED,

        /** The next attempt would begin later than the policy allows. */
        TIME_EXHAUSTED
    }
}
