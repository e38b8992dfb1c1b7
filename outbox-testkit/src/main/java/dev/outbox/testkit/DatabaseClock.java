package dev.outbox.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** The database's clock, as nanoseconds since 1970: what is too far away saturates instead of overflowing. */
final class DatabaseClock {
    private static final Duration FARTHEST = Duration.ofNanos(Long.MAX_VALUE / 4);

    private final InstantSource source;

    DatabaseClock(InstantSource source) {
        this.source = source;
    }

    Instant now() {
        return source.instant();
    }

    long nowNanos() {
        return nanos(source.instant());
    }

    /** {@code delay} from now. */
    long after(Duration delay) {
        return nowNanos() + nanos(delay);
    }

    /** The time since {@code thenNanos}, at least 0 although clocks can be set back. */
    long since(long thenNanos) {
        return Math.max(0, nowNanos() - thenNanos);
    }

    static long nanos(Instant time) {
        return nanos(Duration.between(Instant.EPOCH, time));
    }

    static long nanos(Duration duration) {
        if (duration.compareTo(FARTHEST) > 0) {
            return FARTHEST.toNanos();
        }
        return duration.compareTo(FARTHEST.negated()) < 0 ? -FARTHEST.toNanos() : duration.toNanos();
    }
}
