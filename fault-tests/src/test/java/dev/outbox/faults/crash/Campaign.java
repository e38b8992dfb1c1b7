package dev.outbox.faults.crash;

import dev.outbox.testservers.ChildJvm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Halts a process at each of its crash points in turn, on the same tables: each process finds what the one before it left, adds messages of its own, and is halted at
 * another point. The last one finishes everything, and nothing may be lost, doubled or out of order.
 */
final class Campaign {
    private static final Duration LONGEST = Duration.ofMinutes(4);
    private static final String REACHED = "reached ";

    private final String url;
    private final String user;
    private final String password;
    private final Way way;
    private final String address;
    private final Map<String, Boolean> points = new TreeMap<>();

    Campaign(String url, String user, String password, Way way, String address) {
        this.url = url;
        this.user = user;
        this.password = password;
        this.way = way;
        this.address = address;
    }

    /** The points that there are, and whether a process was halted there. */
    Map<String, Boolean> points() {
        return points;
    }

    /** Halts at all points of these; returns what went wrong. */
    List<String> run(Predicate<String> wanted) {
        List<String> wrong = new ArrayList<>(orderly());
        for (String point : List.copyOf(points.keySet())) {
            if (wanted.test(point)) {
                boolean first = halted(point);
                points.put(point, first || halted(point));
                System.out.println((points.get(point) ? "halted at " : "did not reach ") + point);
            }
        }
        wrong.addAll(orderly());
        return wrong;
    }

    /** A process that is not halted; what it says is wrong, and what points it has reached. */
    private List<String> orderly() {
        try (ChildJvm child = child("").start()) {
            int code = child.awaitExit(LONGEST);
            child.lines().stream()
                    .filter(line -> line.startsWith(REACHED))
                    .forEach(line -> points.putIfAbsent(line.substring(REACHED.length()), false));
            List<String> wrong = new ArrayList<>(child.lines().stream()
                    .filter(line -> line.startsWith("mistake"))
                    .toList());
            if (code != 0 && wrong.isEmpty()) {
                wrong.add("ended with " + code + ": " + child.lines());
            }
            return wrong;
        }
    }

    private boolean halted(String point) {
        try (ChildJvm child = child(point).start()) {
            return child.awaitExit(LONGEST) == CrashPoint.HALTED;
        }
    }

    private ChildJvm.Builder child(String point) {
        return ChildJvm.of(CrashChild.class)
                .options("-Xmx160m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
                .systemProperty("org.slf4j.simpleLogger.defaultLogLevel", "error")
                .systemProperty("crash.url", url)
                .systemProperty("crash.user", user)
                .systemProperty("crash.password", password)
                .systemProperty("crash.way", way.name())
                .systemProperty("crash.address", address)
                .systemProperty("crash.point", point);
    }
}
