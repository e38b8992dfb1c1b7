package dev.outbox.publish;

import java.time.Duration;
import java.util.Objects;

/**
 * How many messages may be pending, and what becomes of a publish beyond that. Immutable.
 *
 * <p>The limit protects the database from an outbox that grows without end while a destination is down. It is kept by sampling, so it may be exceeded by what is
 * published and not committed, and by what other processes publish between two samples (a quarter of a second).
 *
 * @param max the most pending messages; 1 to 1,000,000,000
 * @param whenFull what becomes of a publish beyond it
 * @param maxWait how long {@link WhenFull#BLOCK} waits at the most before it refuses; 1 ms to 1 hour
 */
public record PendingLimit(long max, WhenFull whenFull, Duration maxWait) {
    private static final long MAX = 1_000_000_000;

    /** What becomes of a publish that finds no room. */
    public enum WhenFull {
        /** It waits for room, inside the caller's transaction, and is refused if none comes in time. */
        BLOCK,
        /** It is refused by an {@link OutboxFullException}. */
        REFUSE,
        /** Messages marked {@link dev.outbox.Message.Builder#droppable() droppable} are dropped and counted; others are refused. */
        DROP
    }

    /** @throws IllegalArgumentException if a number is out of its bounds */
    public PendingLimit {
        Objects.requireNonNull(whenFull, "whenFull");
        if (max < 1 || max > MAX) {
            throw new IllegalArgumentException("max " + max + " pending messages must be 1 to " + MAX);
        }
        if (maxWait.compareTo(Duration.ofMillis(1)) < 0 || maxWait.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("maxWait " + maxWait + " must be 1 ms to 1 hour");
        }
    }

    /** Waits up to {@code maxWait} for room. */
    public static PendingLimit block(long max, Duration maxWait) {
        return new PendingLimit(max, WhenFull.BLOCK, maxWait);
    }

    /** Refuses. */
    public static PendingLimit refuse(long max) {
        return new PendingLimit(max, WhenFull.REFUSE, Duration.ofMillis(1));
    }

    /** Drops what is droppable and refuses the rest. */
    public static PendingLimit drop(long max) {
        return new PendingLimit(max, WhenFull.DROP, Duration.ofMillis(1));
    }
}
