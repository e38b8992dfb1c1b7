package dev.outbox.benchmarks;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * The relay beside the minimum loops, in interleaved rounds, because figures of a shared machine compare only when they were taken side by side. Arguments: the
 * database, the destination, the number of rounds, of messages, and of keys.
 */
public final class DrainComparison {
    /** The relay's code is compiled by then: before, the compiler has taken up to a third of what a message costs the process. */
    private static final int WARM_UP_MESSAGES = 300_000;

    private static final int LEAST_WARM_UP_ROUNDS = 3;
    private static final int MOST_WARM_UP_ROUNDS = 8;

    private static final int PAYLOAD_BYTES = 1_024;

    private final PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true);
    private final DrainPair pair;
    private final int warmUpRounds;
    private final List<Double> relays = new ArrayList<>();
    private final List<Double> minimums = new ArrayList<>();
    private final List<Double> ratios = new ArrayList<>();
    private final List<Double> fullRatios = new ArrayList<>();
    private final List<Double> overlappedRatios = new ArrayList<>();

    private DrainComparison(DrainPair pair, int messages) {
        this.pair = pair;
        this.warmUpRounds = Math.min(MOST_WARM_UP_ROUNDS, Math.max(LEAST_WARM_UP_ROUNDS, WARM_UP_MESSAGES / messages));
    }

    /** Runs the rounds and prints each, and the medians. */
    public static void main(String[] arguments) throws InterruptedException {
        String database = argument(arguments, 0, "POSTGRESQL").toUpperCase(Locale.ROOT);
        String destination = argument(arguments, 1, "NONE").toUpperCase(Locale.ROOT);
        int rounds = Integer.parseInt(argument(arguments, 2, "5"));
        int messages = Integer.parseInt(argument(arguments, 3, "100000"));
        int keys = Integer.parseInt(argument(arguments, 4, "1000"));
        try (BenchmarkDatabase opened = BenchmarkDatabase.open(BenchmarkDatabase.Kind.valueOf(database));
                Destination connected = Destination.open(Destination.Kind.valueOf(destination))) {
            Workload workload = new Workload(messages, keys, PAYLOAD_BYTES);
            DrainComparison comparison = new DrainComparison(new DrainPair(opened, connected, workload), messages);
            comparison.print("%s to %s, %,d messages of 1 KB, keys: %,d", database, destination, messages, keys);
            comparison.run(rounds);
        }
    }

    private static String argument(String[] arguments, int index, String otherwise) {
        return arguments.length > index ? arguments[index] : otherwise;
    }

    private void run(int rounds) throws InterruptedException {
        for (int round = 1 - warmUpRounds; round <= rounds; round++) {
            boolean relayFirst = round % 2 == 0;
            double relay = relayFirst ? pair.relay() : 0;
            double minimum = pair.minimum();
            double full = pair.minimumOfFullMessages();
            double overlapped = pair.overlapped();
            relay = relayFirst ? relay : pair.relay();
            if (round > 0) {
                relays.add(relay);
                minimums.add(minimum);
                ratios.add(relay / minimum);
                fullRatios.add(relay / full);
                overlappedRatios.add(relay / overlapped);
                print(
                        "pair %d: relay %,9.0f/s, minimum loop %,9.0f/s (ratio %.2f), of full messages %,9.0f/s (ratio %.2f),"
                                + " overlapped %,9.0f/s (ratio %.2f)",
                        round, relay, minimum, relay / minimum, full, relay / full, overlapped, relay / overlapped);
            }
        }
        double commits = pair.singleRowCommits();
        print(
                "medians: relay %,.0f/s, minimum loop %,.0f/s, which is %.0f times the %,.0f commits a second of one row each",
                median(relays), median(minimums), median(minimums) / commits, commits);
        print(
                "median ratio %.2f (%.2f to %.2f) to the minimum loop, %.2f (%.2f to %.2f) to that of full messages, %.2f to the overlapped one",
                median(ratios),
                Collections.min(ratios),
                Collections.max(ratios),
                median(fullRatios),
                Collections.min(fullRatios),
                Collections.max(fullRatios),
                median(overlappedRatios));
    }

    private void print(String format, Object... values) {
        out.printf(Locale.ROOT, format + "%n", values);
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }
}
