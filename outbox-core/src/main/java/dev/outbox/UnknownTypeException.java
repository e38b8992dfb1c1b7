package dev.outbox;

import java.time.Duration;
import java.util.Objects;

/**
 * Nobody here knows messages of this type, which a rolling deployment may change. The message comes again, with longer and longer delays of at most a minute, and costs no
 * attempt, until the time of grace is over; then it is given up.
 */
public final class UnknownTypeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Duration grace;

    /**
     * Nobody knows {@code type}.
     *
     * @param grace how long the message is tried before it is given up; zero gives it up at once
     * @throws IllegalArgumentException if {@code grace} is negative
     */
    public UnknownTypeException(String type, Duration grace) {
        super("nobody handles messages of type " + Text.quoted(type)
                + "; register it, or choose what becomes of unknown types");
        this.grace = Objects.requireNonNull(grace, "grace");
        if (grace.isNegative()) {
            throw new IllegalArgumentException("grace " + grace + " must not be negative");
        }
    }

    /** How long the message is tried before it is given up. */
    public Duration grace() {
        return grace;
    }
}
