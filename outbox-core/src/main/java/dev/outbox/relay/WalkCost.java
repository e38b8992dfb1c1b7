package dev.outbox.relay;

import java.time.Duration;
import java.util.Arrays;

/**
 * What reads cost in vain, where a read begins at zero: it walks over deleted rows that the database has not removed yet, because an old transaction may still see them (R17). Each read
 * walks over all of them, so the cheapest of the last few tells; what a busy machine adds to one is not counted. Not thread-safe.
 */
final class WalkCost {
    private static final int READS = 8;

    /** What a read of all slots may take. */
    private static final long FREE_NANOS = Duration.ofMillis(5).toNanos();

    /** What each row may take that it brings, and each that is held and looked at again. */
    private static final long NANOS_PER_ROW = 20_000;

    private static final long NANOS_PER_HELD_ROW = 5_000;

    private final long[] last = new long[READS];
    private int next;

    /** A read took so long, brought so many rows and passed over so many that are held. */
    void after(int rows, int held, long nanos) {
        long free = FREE_NANOS + rows * NANOS_PER_ROW + held * NANOS_PER_HELD_ROW;
        last[next] = Math.min(nanos, 2 * Math.max(0, nanos - free));
        next = (next + 1) % READS;
    }

    /** What each read has cost in vain of late; as a whole if it walked for half of its time or longer. */
    long nanos() {
        return Arrays.stream(last).min().orElse(0);
    }
}
