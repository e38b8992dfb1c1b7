package dev.outbox.internal.figures;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How many events a second, over the last ten whole seconds. One cell for each second, which holds the second's number beside the count, so that a cell that was
 * used again since is not taken for the old one. Written by one thread, read by any.
 */
public final class Rate {
    private static final int SECONDS = 10;
    private static final int CELLS = 16;
    private static final long NANOS = Duration.ofSeconds(1).toNanos();
    private static final long COUNT_BITS = 32;
    private static final long COUNT_MASK = (1L << COUNT_BITS) - 1;

    private final AtomicLongArray cells = new AtomicLongArray(CELLS);

    /** Counts one event. */
    public void record(long nowNanos) {
        long second = second(nowNanos);
        int index = index(second);
        long cell = cells.get(index);
        long count = isOf(second, cell) ? Math.min(COUNT_MASK - 1, cell & COUNT_MASK) : 0;
        cells.lazySet(index, (second << COUNT_BITS) | (count + 1));
    }

    /** The mean of the last ten whole seconds. */
    public double perSecond(long nowNanos) {
        long now = second(nowNanos);
        long sum = 0;
        for (long second = now - SECONDS; second < now; second++) {
            long cell = cells.get(index(second));
            sum += isOf(second, cell) ? cell & COUNT_MASK : 0;
        }
        return (double) sum / SECONDS;
    }

    private static long second(long nanos) {
        return Math.floorDiv(nanos, NANOS);
    }

    private static int index(long second) {
        return (int) Math.floorMod(second, (long) CELLS);
    }

    /** A cell that was never used counts nothing, whatever second it seems to be of. */
    private static boolean isOf(long second, long cell) {
        return (int) second == (int) (cell >> COUNT_BITS);
    }
}
