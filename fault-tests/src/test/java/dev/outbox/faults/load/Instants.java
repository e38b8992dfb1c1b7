package dev.outbox.faults.load;

import java.time.Duration;
import java.util.Arrays;

/** When things happened, by the monotonic clock of this JVM. Thread-safe. */
final class Instants {
    private long[] nanos = new long[1_024];
    private int size;

    synchronized void addNow() {
        if (size == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * size);
        }
        nanos[size++] = System.nanoTime();
    }

    synchronized int count() {
        return size;
    }

    synchronized int countBetween(long fromNanos, long untilNanos) {
        int count = 0;
        for (int i = 0; i < size; i++) {
            count += nanos[i] - fromNanos >= 0 && nanos[i] - untilNanos < 0 ? 1 : 0;
        }
        return count;
    }

    /** The most in any stretch of time so long that begins at or after {@code fromNanos}. */
    synchronized int mostWithin(Duration stretch, long fromNanos) {
        long[] sorted = Arrays.copyOf(nanos, size);
        Arrays.sort(sorted);
        int most = 0;
        int first = 0;
        while (first < size && sorted[first] - fromNanos < 0) {
            first++;
        }
        for (int last = first; last < size; last++) {
            while (sorted[last] - sorted[first] >= stretch.toNanos()) {
                first++;
            }
            most = Math.max(most, last - first + 1);
        }
        return most;
    }

    /** The last of all, or {@link Long#MIN_VALUE}. */
    synchronized long last() {
        return size == 0 ? Long.MIN_VALUE : nanos[size - 1];
    }
}
