package dev.outbox.rabbitmq;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * When to try again: at once after a success, then within a second, and twice as long each time up to eight seconds. Up to half of it is left to chance, so that several do not come at the same
 * moment again and again. Used by one thread.
 */
final class Pace {
    private static final long FIRST_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long LONGEST_NANOS = Duration.ofSeconds(8).toNanos();

    private final long longestNanos;
    private boolean waiting;
    private long pauseNanos = FIRST_NANOS;
    private long notBeforeNanos;

    Pace() {
        this(LONGEST_NANOS);
    }

    private Pace(long longestNanos) {
        this.longestNanos = longestNanos;
    }

    /** Always within a second. */
    static Pace steady() {
        return new Pace(FIRST_NANOS);
    }

    boolean isDue(long now) {
        return !waiting || now - notBeforeNanos >= 0;
    }

    void failed(long now) {
        waiting = true;
        notBeforeNanos = now + pauseNanos - ThreadLocalRandom.current().nextLong(pauseNanos / 2);
        pauseNanos = Math.min(longestNanos, pauseNanos * 2);
    }

    void succeeded() {
        waiting = false;
        pauseNanos = FIRST_NANOS;
    }
}
