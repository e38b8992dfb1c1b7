package dev.outbox.relay;

import java.util.Arrays;
import java.util.Set;

/** Prints what happens in a run to the messages that {@code -Dsim.trace=m1,m2} names, or to all ({@code *}); nothing unless asked. */
final class Story {
    private static final Set<String> NAMED = Set.copyOf(
            Arrays.stream(System.getProperty("sim.trace", "").split(",")).toList());
    private static final boolean TOLD = !NAMED.contains("");

    private Story() {}

    static boolean isTold() {
        return TOLD;
    }

    static boolean isTold(String id) {
        return TOLD && (NAMED.contains(id) || NAMED.contains("*"));
    }

    static void tell(Timeline timeline, String who, String id, Object what) {
        if (isTold(id)) {
            tell(timeline, who, what);
        }
    }

    static void tell(Timeline timeline, String who, Object what) {
        if (TOLD) {
            System.out.printf("%12.3f ms  %-10s %s%n", timeline.now() / 1e6, who, what);
        }
    }
}
