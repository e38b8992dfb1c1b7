package dev.outbox.jdbc;

import dev.outbox.spi.DeadReason;
import dev.outbox.spi.ParkReason;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** What columns mean that hold something which was never written there by us: a row that somebody has altered is treated as one that has failed before. */
final class Altered {
    /** More than any policy allows, and so few that one more is no overflow. */
    private static final int MOST_ATTEMPTS = 1_000_000_000;

    private static final long LONGEST_MICROS =
            TimeUnit.NANOSECONDS.toMicros(Duration.ofDays(365).toNanos());

    private Altered() {}

    static int attempts(int stored) {
        return Math.max(0, Math.min(MOST_ATTEMPTS, stored));
    }

    static long delayNanos(long storedMicros) {
        return TimeUnit.MICROSECONDS.toNanos(Math.max(0, Math.min(LONGEST_MICROS, storedMicros)));
    }

    static ParkReason parkReason(String stored) {
        for (ParkReason reason : ParkReason.values()) {
            if (reason.name().equals(stored)) {
                return reason;
            }
        }
        return ParkReason.RETRY;
    }

    static DeadReason deadReason(String stored) {
        for (DeadReason reason : DeadReason.values()) {
            if (reason.name().equals(stored)) {
                return reason;
            }
        }
        return DeadReason.REJECTED;
    }
}
