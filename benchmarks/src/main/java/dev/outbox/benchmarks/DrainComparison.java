package dev.outbox.benchmarks;

import dev.outbox.benchmarks.BenchmarkDatabase.Kind;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * The relay beside the minimum loops, in interleaved rounds, because figures of a shared machine compare only when they were taken side by side. Arguments: the
 * database (POSTGRESQL or H2), the number of rounds, the number of messages.
 */
public final class DrainComparison {
    /** The relay's code is compiled by then. */
    private static final int WARM_UP_ROUNDS = 5;

    private DrainComparison() {}

    /** Empties a filled table. */
    private interface Drain {
        void run() throws InterruptedException;
    }

    /** Runs the rounds and prints each, and the medians of their ratios. */
    public static void main(String[] arguments) throws InterruptedException {
        Kind kind = Kind.valueOf(arguments.length > 0 ? arguments[0].toUpperCase(Locale.ROOT) : "POSTGRESQL");
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
        int messages = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 100_000;
        run(new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), true), kind, rounds, messages);
    }

    private static void run(PrintStream out, Kind kind, int rounds, int messages) throws InterruptedException {
        Workload workload = new Workload(messages, 1_000, 1_024);
        List<Double> ratios = new ArrayList<>();
        List<Double> overlappedRatios = new ArrayList<>();
        out.printf(Locale.ROOT, "%s, %,d messages of 1 KB over 1,000 keys, no-op transport%n", kind, messages);
        try (BenchmarkDatabase database = BenchmarkDatabase.open(kind)) {
            MinimumLoop minimum = new MinimumLoop(database);
            RelayDrain relay = new RelayDrain(database);
            for (int round = 1 - WARM_UP_ROUNDS; round <= rounds; round++) {
                boolean relayFirst = round % 2 == 0;
                double relayRate = relayFirst ? relayRate(database, relay, workload) : 0;
                double minimumRate = minimumRate(database, minimum, workload, minimum::drain);
                double overlappedRate = minimumRate(database, minimum, workload, minimum::drainOverlapped);
                relayRate = relayFirst ? relayRate : relayRate(database, relay, workload);
                if (round > 0) {
                    ratios.add(relayRate / minimumRate);
                    overlappedRatios.add(relayRate / overlappedRate);
                    out.printf(
                            Locale.ROOT,
                            "round %d: relay %,9.0f/s, minimum loop %,9.0f/s (ratio %.2f), overlapped %,9.0f/s (ratio %.2f)%n",
                            round,
                            relayRate,
                            minimumRate,
                            relayRate / minimumRate,
                            overlappedRate,
                            relayRate / overlappedRate);
                }
            }
        }
        out.printf(
                Locale.ROOT,
                "median ratio %.2f to the minimum loop, %.2f to the overlapped one%n",
                median(ratios),
                median(overlappedRatios));
    }

    private static double median(List<Double> ratios) {
        Collections.sort(ratios);
        return ratios.get(ratios.size() / 2);
    }

    private static double relayRate(BenchmarkDatabase database, RelayDrain relay, Workload workload)
            throws InterruptedException {
        database.execute("TRUNCATE TABLE outbox_message");
        relay.fill(workload);
        double rate = rate(database, workload, () -> relay.drain(workload.messages()));
        requireNone(relay.left());
        return rate;
    }

    private static double minimumRate(BenchmarkDatabase database, MinimumLoop minimum, Workload workload, Drain drain)
            throws InterruptedException {
        database.execute("TRUNCATE TABLE minimum_message");
        minimum.fill(workload);
        double rate = rate(database, workload, drain);
        requireNone(workload.messages() - minimum.taken());
        requireNone(minimum.left());
        return rate;
    }

    private static double rate(BenchmarkDatabase database, Workload workload, Drain drain) throws InterruptedException {
        database.settleDown();
        long start = System.nanoTime();
        drain.run();
        return workload.messages() * 1e9 / (System.nanoTime() - start);
    }

    private static void requireNone(long left) {
        if (left != 0) {
            throw new IllegalStateException(left + " messages were not drained");
        }
    }
}
