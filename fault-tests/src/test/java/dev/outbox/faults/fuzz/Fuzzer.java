package dev.outbox.faults.fuzz;

import java.util.Locale;
import java.util.SplittableRandom;

/** Feeds a target. An input is made of the seed and its number alone, so that it repeats. */
final class Fuzzer {
    private static final long MIX = 0x9E3779B97F4A7C15L;

    private final Target target;
    private final long seed;
    private long past;

    Fuzzer(Target target, long seed) {
        this.target = target;
        this.seed = seed;
    }

    /** Feeds the inputs from {@code first} on; returns a line about them. */
    String feed(long first, long count) {
        long begin = System.nanoTime();
        long number = first;
        try {
            for (; number < first + count; number++) {
                past += feed(number) ? 1 : 0;
                Watchdog.alive(number);
            }
            target.check();
        } catch (Throwable broken) {
            throw new AssertionError(
                    "dev/fuzz " + target.name() + " 1 " + seed + " " + number + " repeats it (rows: the last 500): "
                            + broken,
                    broken);
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        return String.format(
                Locale.ROOT,
                "%-12s %,12d inputs %,12d past the first check %8.1f s %,10.0f a second",
                target.name(),
                count,
                past,
                seconds,
                count / seconds);
    }

    private boolean feed(long number) throws Exception {
        return target.feed(new SplittableRandom(seed ^ (number * MIX)));
    }
}
