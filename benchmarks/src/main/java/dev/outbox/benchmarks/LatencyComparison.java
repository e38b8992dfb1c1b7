package dev.outbox.benchmarks;

import dev.outbox.benchmarks.LatencyRig.Round;
import dev.outbox.benchmarks.LatencyRig.Variant;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * How long a message takes from the intended start of its transaction to the transport, at a fixed rate of transactions with one message each, on PostgreSQL:
 * handed over in memory, by a relay in this process, and by one in another process that polls or listens. Rounds of all variants are interleaved; the figure
 * of a variant is the median of its rounds, and what it adds the median of its differences to the first variant in the same round.
 */
final class LatencyComparison {
    private final PrintStream out = System.out;
    private final Map<Variant, List<Round>> rounds = new EnumMap<>(Variant.class);

    private LatencyComparison() {}

    /** Runs it. The arguments are rounds, seconds of a round, transactions a second, and variants. */
    public static void main(String[] arguments) throws InterruptedException {
        int count = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5;
        int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 6;
        int perSecond = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 500;
        List<Variant> variants = new ArrayList<>();
        for (int i = 3; i < arguments.length; i++) {
            variants.add(Variant.valueOf(arguments[i]));
        }
        new LatencyComparison()
                .run(count, seconds, perSecond, variants.isEmpty() ? List.of(Variant.values()) : variants);
    }

    private void run(int count, int seconds, int perSecond, List<Variant> variants) throws InterruptedException {
        try (LatencyRig rig = new LatencyRig()) {
            for (int number = 0; number <= count; number++) {
                for (Variant variant : variants) {
                    Round round = rig.openLoop(variant, perSecond, seconds);
                    out.printf(
                            "%-7s %-31s %s; committed %s%n",
                            number == 0 ? "warm-up" : "round " + number,
                            variant.text,
                            round.arrived(),
                            round.committed());
                    if (number > 0) {
                        rounds.computeIfAbsent(variant, any -> new ArrayList<>())
                                .add(round);
                    }
                }
            }
        }
        out.printf(
                "%nmedian of %d rounds of %d s at %d a second (and of what was added to the first variant)%n",
                count, seconds, perSecond);
        rounds.keySet().forEach(this::summarize);
    }

    private void summarize(Variant variant) {
        out.printf(
                Locale.ROOT,
                "%-31s p50 %6.2f (%+.2f)  p90 %6.2f (%+.2f)  p99 %6.2f (%+.2f) ms%n",
                variant.text,
                median(variant, 0.5),
                added(variant, 0.5),
                median(variant, 0.9),
                added(variant, 0.9),
                median(variant, 0.99),
                added(variant, 0.99));
    }

    private double median(Variant variant, double fraction) {
        return Latencies.median(Objects.requireNonNull(rounds.get(variant)).stream()
                .mapToDouble(round -> round.arrived().millis(fraction)));
    }

    /** The median of what each round took more than the first variant did in the same round. */
    private double added(Variant variant, double fraction) {
        List<Round> mine = Objects.requireNonNull(rounds.get(variant));
        List<Round> first = rounds.values().iterator().next();
        return Latencies.median(IntStream.range(0, mine.size())
                .mapToDouble(i -> mine.get(i).arrived().millis(fraction)
                        - first.get(i).arrived().millis(fraction)));
    }
}
