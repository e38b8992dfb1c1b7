package dev.outbox.kafka;

import java.util.Arrays;

/**
 * The offsets of one partition that were delivered, and which of them are finished. Each has a number of its own, counted from 0 in the order of delivery.
 *
 * <p>A ring of the numbers from the lowest unfinished one on: to finish one costs the same in whatever order it is done. Offsets may leave gaps, where a record was
 * compacted away or belongs to the broker's own book-keeping.
 */
final class Progress {
    private static final int LEAST_CAPACITY = 64;

    private long[] offsets = new long[LEAST_CAPACITY];
    private boolean[] finished = new boolean[LEAST_CAPACITY];
    private long first;
    private long end;
    private int unfinished;

    /** Delivers the record at {@code offset}; returns its number. */
    long add(long offset) {
        if (end - first == offsets.length) {
            grow();
        }
        int slot = slot(end);
        offsets[slot] = offset;
        finished[slot] = false;
        unfinished++;
        return end++;
    }

    /** Finishes a delivery; without effect the second time, and for a number that was never given. */
    void finish(long number) {
        if (number < first || number >= end || finished[slot(number)]) {
            return;
        }
        finished[slot(number)] = true;
        unfinished--;
        while (first < end && finished[slot(first)]) {
            first++;
        }
    }

    /** The number below which everything is finished. */
    long firstUnfinished() {
        return first;
    }

    /** The lowest offset that is not finished, or {@code next} if there is none. */
    long position(long next) {
        return first == end ? next : offsets[slot(first)];
    }

    /** How many are not finished. */
    int unfinished() {
        return unfinished;
    }

    /** How many were delivered from the lowest unfinished one on. */
    long span() {
        return end - first;
    }

    private int slot(long number) {
        return (int) (number & (offsets.length - 1));
    }

    private void grow() {
        long[] wider = new long[2 * offsets.length];
        boolean[] widerFinished = Arrays.copyOf(finished, wider.length);
        for (long number = first; number < end; number++) {
            int slot = (int) (number & (wider.length - 1));
            wider[slot] = offsets[slot(number)];
            widerFinished[slot] = finished[slot(number)];
        }
        offsets = wider;
        finished = widerFinished;
    }
}
