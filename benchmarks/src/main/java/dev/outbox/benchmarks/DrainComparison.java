package dev.outbox.benchmarks;

import dev.outbox.benchmarks.BenchmarkDatabase.Kind;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * The relay beside the minimum loop, in interleaved pairs, because two figures of a shared machine compare only when they were taken side by side. Arguments: the
 * database (POSTGRESQL or H2), the number of pairs, the number of messages.
 */
public final class DrainComparison {
    private static final int WARM_UP_PAIRS = 2;

    private DrainComparison() {}

    /** Runs the pairs and prints each and the median of their ratios. */
    public static void main(String[] arguments) throws InterruptedException {
        Kind kind = Kind.valueOf(arguments.length > 0 ? arguments[0].toUpperCase(Locale.ROOT) : "POSTGRESQL");
        int pairs = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
        int messages = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 100_000;
        run(new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), true), kind, pairs, messages);
    }

    private static void run(PrintStream out, Kind kind, int pairs, int messages) throws InterruptedException {
        Workload workload = new Workload(messages, 1_000, 1_024);
        List<Double> ratios = new ArrayList<>();
        out.printf(Locale.ROOT, "%s, %,d messages of 1 KB over 1,000 keys, no-op transport%n", kind, messages);
        try (BenchmarkDatabase database = BenchmarkDatabase.open(kind)) {
            MinimumLoop minimum = new MinimumLoop(database);
            RelayDrain relay = new RelayDrain(database);
            for (int pair = 1 - WARM_UP_PAIRS; pair <= pairs; pair++) {
                database.execute("TRUNCATE TABLE minimum_message", "TRUNCATE TABLE outbox_message");
                minimum.fill(workload);
                relay.fill(workload);
                boolean relayFirst = pair % 2 == 0;
                double relayRate = relayFirst ? relayRate(database, relay, messages) : 0;
                double minimumRate = minimumRate(database, minimum, messages);
                relayRate = relayFirst ? relayRate : relayRate(database, relay, messages);
                if (pair > 0) {
                    ratios.add(relayRate / minimumRate);
                    out.printf(
                            Locale.ROOT,
                            "pair %d: relay %,9.0f/s, minimum loop %,9.0f/s, ratio %.2f%n",
                            pair,
                            relayRate,
                            minimumRate,
                            relayRate / minimumRate);
                }
            }
        }
        Collections.sort(ratios);
        out.printf(Locale.ROOT, "median ratio %.2f%n", ratios.get(ratios.size() / 2));
    }

    private static double relayRate(BenchmarkDatabase database, RelayDrain relay, int messages)
            throws InterruptedException {
        database.settleDown();
        long start = System.nanoTime();
        relay.drain(messages);
        double rate = messages * 1e9 / (System.nanoTime() - start);
        requireNone(relay.left());
        return rate;
    }

    private static double minimumRate(BenchmarkDatabase database, MinimumLoop minimum, int messages)
            throws InterruptedException {
        database.settleDown();
        long start = System.nanoTime();
        long drained = minimum.drain();
        double rate = messages * 1e9 / (System.nanoTime() - start);
        requireNone(messages - drained);
        requireNone(minimum.left());
        return rate;
    }

    private static void requireNone(long left) {
        if (left != 0) {
            throw new IllegalStateException(left + " messages were not drained");
        }
    }
}
