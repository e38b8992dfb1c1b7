package dev.outbox.faults.pipeline;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** How long it took after each step until all was handled that was published before its end. For one thread. */
final class Recoveries {
    private static final int SHOWN = 3;

    private final List<Recovery> all = new ArrayList<>();

    private record Recovery(String step, double seconds) {
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%.1f s after %s", seconds, step);
        }
    }

    void add(String step, double seconds) {
        all.add(new Recovery(step, seconds));
    }

    @Override
    public String toString() {
        List<Recovery> sorted = all.stream()
                .sorted(Comparator.comparingDouble(Recovery::seconds).reversed())
                .toList();
        return sorted.isEmpty()
                ? "none"
                : String.format(
                        Locale.ROOT,
                        "%d steps, median %.1f s, the longest %s",
                        sorted.size(),
                        sorted.get(sorted.size() / 2).seconds(),
                        sorted.subList(0, Math.min(SHOWN, sorted.size())));
    }
}
