package dev.outbox.redis;

import java.time.Duration;

/** Something that is done again and again, the first time at once. For one thread. */
final class Every {
    private final long periodNanos;
    private boolean begun;
    private long lastNanos;

    Every(Duration period) {
        this.periodNanos = period.toNanos();
    }

    /** Whether it is to be done now; then it counts as done. */
    boolean isDue() {
        long now = System.nanoTime();
        if (begun && now - lastNanos < periodNanos) {
            return false;
        }
        begun = true;
        lastNanos = now;
        return true;
    }
}
