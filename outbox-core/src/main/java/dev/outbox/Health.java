package dev.outbox;

import java.util.Objects;

/**
 * How something that runs in the background is doing.
 *
 * @param status the verdict
 * @param reason in words, fit to be shown; empty when it is up
 */
public record Health(Status status, String reason) {
    /** The verdict. */
    public enum Status {
        /** It does its work. */
        UP,
        /** It runs, and something keeps it from doing all of its work; it goes on by itself when that is over. */
        DEGRADED,
        /** It does no work, and will not begin to by itself. */
        DOWN
    }

    private static final Health IS_UP = new Health(Status.UP, "");

    /** Nothing may be null. */
    public Health {
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(reason, "reason");
    }

    /** It does its work. */
    public static Health up() {
        return IS_UP;
    }

    /** It runs, but {@code reason}. */
    public static Health degraded(String reason) {
        return new Health(Status.DEGRADED, reason);
    }

    /** It does no work, since {@code reason}. */
    public static Health down(String reason) {
        return new Health(Status.DOWN, reason);
    }

    @Override
    public String toString() {
        return reason.isEmpty() ? status.name() : status + ": " + reason;
    }
}
