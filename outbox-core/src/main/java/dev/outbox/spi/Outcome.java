package dev.outbox.spi;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * What became of one sent message. Only {@link Confirmed} completes it.
 */
public sealed interface Outcome {
    /** The destination has it, as durably as the destination promises. */
    record Confirmed() implements Outcome {}

    /**
     * The destination will never take this message: it becomes a dead letter.
     *
     * @param error why
     */
    record Rejected(Throwable error) implements Outcome {
        /** Checks for null. */
        public Rejected {
            Objects.requireNonNull(error, "error");
        }
    }

    /**
     * The attempt failed for a reason that may lie with this message; it certainly did not arrive. Costs an attempt.
     *
     * @param error why
     */
    record Failed(Throwable error) implements Outcome {
        /** Checks for null. */
        public Failed {
            Objects.requireNonNull(error, "error");
        }
    }

    /**
     * The destination takes nothing at present; the message certainly did not arrive. Costs no attempt.
     *
     * @param error why
     * @param retryAfter how long the destination asks to be left alone
     */
    record Unavailable(Throwable error, Optional<Duration> retryAfter) implements Outcome {
        /** Checks for null. */
        public Unavailable {
            Objects.requireNonNull(error, "error");
            Objects.requireNonNull(retryAfter, "retryAfter");
        }

        /** Without a wish of the destination. */
        public Unavailable(Throwable error) {
            this(error, Optional.empty());
        }
    }

    /**
     * It may have arrived or not. It is sent again; costs no attempt unless it happens to this message alone, again and again.
     *
     * @param error why it is not known
     */
    record Unknown(Throwable error) implements Outcome {
        /** Checks for null. */
        public Unknown {
            Objects.requireNonNull(error, "error");
        }
    }

    /** The one instance that is needed. */
    Outcome CONFIRMED = new Confirmed();
}
