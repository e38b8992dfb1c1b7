package dev.outbox.faults.load;

import java.util.Arrays;
import java.util.Locale;

/** Prints what a test measured, and the few statistics that they share. */
final class Figures {
    private Figures() {}

    static void print(String format, Object... values) {
        System.out.printf(Locale.ROOT, "[load] " + format + "%n", values);
    }

    static double median(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** The value that so many percent do not exceed. */
    static double percentile(double percent, double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[(int) Math.max(0, Math.ceil(percent / 100 * sorted.length) - 1)];
    }

    static double millis(long nanos) {
        return nanos / 1e6;
    }

    static double seconds(long nanos) {
        return nanos / 1e9;
    }
}
