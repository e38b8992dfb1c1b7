package dev.outbox.internal.figures;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts values in buckets whose width grows with the value: 16 buckets for each power of two, so that a quantile is right to one sixteenth. Written by one
 * thread, read by any.
 */
public final class Histogram {
    private static final int SUB_BITS = 4;
    private static final int SUB = 1 << SUB_BITS;

    private final AtomicLongArray counts = new AtomicLongArray((64 - SUB_BITS + 1) * SUB);

    /** Counts {@code value}; a negative one as zero. */
    public void record(long value) {
        int index = index(Math.max(0, value));
        counts.lazySet(index, counts.get(index) + 1);
    }

    /** The value below which {@code quantile} of all values lie, 0 if there are none. */
    public long quantile(double quantile) {
        long total = 0;
        for (int i = 0; i < counts.length(); i++) {
            total += counts.get(i);
        }
        long rank = (long) Math.ceil(quantile * total);
        long seen = 0;
        for (int i = 0; i < counts.length(); i++) {
            seen += counts.get(i);
            if (seen >= rank && seen > 0) {
                return highest(i);
            }
        }
        return 0;
    }

    private static int index(long value) {
        if (value < SUB) {
            return (int) value;
        }
        int shift = 63 - Long.numberOfLeadingZeros(value) - SUB_BITS;
        return (shift + 1) * SUB + (int) (value >>> shift) - SUB;
    }

    private static long highest(int index) {
        if (index < SUB) {
            return index;
        }
        int shift = index / SUB - 1;
        return (((index % SUB) + SUB + 1L) << shift) - 1;
    }
}
