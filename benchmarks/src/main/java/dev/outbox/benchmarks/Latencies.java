package dev.outbox.benchmarks;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.DoubleStream;

/** Every recorded duration of a round, so that percentiles are exact. For one thread at a time. */
final class Latencies {
    private final long[] nanos;
    private volatile int count;

    Latencies(int most) {
        this.nanos = new long[most];
    }

    static Latencies of(long[] nanos) {
        Latencies latencies = new Latencies(nanos.length);
        for (long one : nanos) {
            latencies.record(one);
        }
        return latencies;
    }

    void record(long duration) {
        int at = count;
        nanos[at] = duration;
        count = at + 1;
    }

    int count() {
        return count;
    }

    long[] all() {
        return Arrays.copyOf(nanos, count);
    }

    /** The middle one of {@code figures}. */
    static double median(DoubleStream figures) {
        double[] sorted = figures.sorted().toArray();
        return sorted[sorted.length / 2];
    }

    /** The smallest recorded duration that {@code fraction} of all do not exceed. */
    double millis(double fraction) {
        long[] sorted = all();
        Arrays.sort(sorted);
        int rank = (int) Math.ceil(fraction * sorted.length);
        return sorted[Math.max(0, rank - 1)] / 1e6;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "p50 %5.2f p90 %5.2f p99 %6.2f p99.9 %6.2f max %6.2f ms",
                millis(0.5),
                millis(0.9),
                millis(0.99),
                millis(0.999),
                millis(1));
    }
}
