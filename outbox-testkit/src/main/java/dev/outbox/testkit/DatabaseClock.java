package dev.outbox.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** The database's clock, as nanoseconds since 1970: sums saturate instead of overflowing. */
final class DatabaseClock {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long MAX_SECONDS = Long.MAX_VALUE / NANOS_PER_SECOND - 1;

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
        return nanos(saturatedPlus(source.instant(), delay));
    }

    /** The time since {@code thenNanos}, at least 0 although clocks can be set back. */
    long since(long thenNanos) {
        return Math.max(0, nowNanos() - thenNanos);
    }

    static long nanos(Instant time) {
        long seconds = Math.max(-MAX_SECONDS, Math.min(MAX_SECONDS, time.getEpochSecond()));
        return seconds * NANOS_PER_SECOND + time.getNano();
    }

    static long nanos(Duration duration) {
        long seconds = Math.max(-MAX_SECONDS, Math.min(MAX_SECONDS, duration.getSeconds()));
        return seconds * NANOS_PER_SECOND + duration.getNano();
    }

    private static Instant saturatedPlus(Instant time, Duration delay) {
        return delay.getSeconds() > MAX_SECONDS ? Instant.MAX : time.plus(delay);
    }
}
