package dev.outbox.faults.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What happened when, in seconds from the beginning; printed as it happens. For one thread. */
final class Timeline {
    private final long begun = System.nanoTime();
    private final List<String> lines = new ArrayList<>();

    void add(String format, Object... values) {
        String line = String.format(Locale.ROOT, "%7.1f  ", seconds()) + String.format(Locale.ROOT, format, values);
        lines.add(line);
        Pipeline.report("%s", line);
    }

    double seconds() {
        return (System.nanoTime() - begun) / 1e9;
    }

    List<String> lines() {
        return List.copyOf(lines);
    }
}
