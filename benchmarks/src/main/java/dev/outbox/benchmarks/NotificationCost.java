package dev.outbox.benchmarks;

import dev.outbox.benchmarks.LatencyRig.Variant;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What notifications cost publishers: with a relay in another process that polls, and with one that is notified, in interleaved pairs. Once at a fixed rate, by
 * the time from a transaction's intended start to its commit; once as fast as eight publishers can, by how many they commit.
 */
final class NotificationCost {
    private NotificationCost() {}

    private record Run(double commitMillis, double commitsPerSecond) {}

    /** Runs it. The arguments are pairs, seconds of a run, and transactions a second. */
    public static void main(String[] arguments) throws InterruptedException {
        int pairs = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 7;
        int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 4;
        int perSecond = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 2_000;
        PrintStream out = System.out;
        List<Double> open = new ArrayList<>();
        List<Double> closed = new ArrayList<>();
        try (LatencyRig rig = new LatencyRig()) {
            for (int pair = 0; pair <= pairs; pair++) {
                boolean polledFirst = pair % 2 == 0;
                Run first = run(rig, polledFirst ? Variant.POLLING : Variant.LISTENING, perSecond, seconds);
                Run second = run(rig, polledFirst ? Variant.LISTENING : Variant.POLLING, perSecond, seconds);
                Run polled = polledFirst ? first : second;
                Run notified = polledFirst ? second : first;
                double time = notified.commitMillis() / polled.commitMillis();
                double rate = notified.commitsPerSecond() / polled.commitsPerSecond();
                out.printf("%s: polled %s, notified %s%n", pair == 0 ? "warm-up" : "pair " + pair, polled, notified);
                if (pair > 0) {
                    open.add(time);
                    closed.add(rate);
                }
            }
        }
        out.printf(
                Locale.ROOT,
                "median of %d pairs, notified to polled: time to commit at %d a second %.3f, commits a second %.3f%n",
                pairs,
                perSecond,
                Latencies.median(open.stream().mapToDouble(ratio -> ratio)),
                Latencies.median(closed.stream().mapToDouble(ratio -> ratio)));
    }

    private static Run run(LatencyRig rig, Variant variant, int perSecond, int seconds) throws InterruptedException {
        double millis = rig.openLoop(variant, perSecond, seconds).committed().millis(0.5);
        return new Run(millis, rig.closedLoop(variant, seconds));
    }
}
