package dev.outbox.relay;

import dev.outbox.retry.Backoff;
import dev.outbox.retry.RetryPolicy;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** What a seed means: which faults with which strength, how many of everything, and the options of the relays. Draws everything from one source. */
final class Scenario {
    private static final double FAULT_PROBABILITY = 0.3;

    final long seed;
    final Random random;
    final Set<Fault> faults = EnumSet.noneOf(Fault.class);
    final Map<Fault, Integer> injected = new EnumMap<>(Fault.class);
    final int relays;
    final int destinations;
    final int keys;
    final int messages;
    final int maxAttempts;
    final int maxHeld;
    final int maxInFlight;
    final long activeNanos;
    final long sendTimeoutNanos;
    final int longestRun;
    final long horizonLag;
    final RelayOptions options;
    final Map<String, Double> rates = new HashMap<>();
    final Map<String, Integer> budgets = new HashMap<>();

    private final Map<Fault, Double> strengths = new EnumMap<>(Fault.class);
    /** Whether faults still happen. */
    private boolean calm;

    /** @param always faults that this run has whatever the seed says, because the bug that is looked for needs them; then no sweep hides it */
    Scenario(long seed, Set<Fault> always) {
        this.seed = seed;
        this.random = new Random(seed * 0x9E3779B97F4A7C15L + 1);
        boolean quiet = random.nextInt(always.isEmpty() ? 10 : 2) == 0;
        // Drawn apart: what else a seed means does not depend on it.
        Random runs = new Random(seed * 0x9E3779B97F4A7C15L + 2);
        for (Fault fault : Fault.values()) {
            Random source = fault == Fault.RUNS ? runs : random;
            boolean drawn = source.nextDouble() < FAULT_PROBABILITY;
            strengths.put(fault, 0.1 + 0.9 * source.nextDouble());
            boolean insured = fault == Fault.SWEEP && !always.isEmpty();
            if (always.contains(fault) || (drawn && !quiet && !insured)) {
                faults.add(fault);
            }
        }
        for (Fault fault : Set.of(Fault.SMALL_LIMITS, Fault.SWEEP)) {
            if (has(fault)) {
                count(fault);
            }
        }
        this.relays = 1 + random.nextInt(4);
        this.destinations = 1 + random.nextInt(4);
        this.keys = random.nextBoolean() ? 1 + random.nextInt(4) : 5 + random.nextInt(40);
        this.messages = 40 + random.nextInt(260);
        this.maxAttempts = 2 + random.nextInt(4);
        boolean small = has(Fault.SMALL_LIMITS);
        int fetchSize = small ? 1 + random.nextInt(8) : 100;
        this.maxHeld = small ? fetchSize + random.nextInt(40) : 1_000;
        this.maxInFlight = small ? 1 + random.nextInt(8) : 100;
        this.activeNanos = millis(1_500 + random.nextInt(5_000));
        this.sendTimeoutNanos = millis(400 + random.nextInt(800));
        this.longestRun = has(Fault.RUNS) ? 2 + runs.nextInt(9) : 1;
        this.horizonLag = random.nextInt(3) == 0 ? Long.MAX_VALUE / 2 : random.nextInt(20);
        this.options = options(fetchSize, small);
        if (has(Fault.THROTTLED)) {
            throttle();
        }
    }

    private void throttle() {
        for (int i = 0; i < destinations; i++) {
            if (random.nextBoolean()) {
                rates.put("d" + i, 20 + 300 * random.nextDouble());
                count(Fault.THROTTLED);
            }
            if (random.nextBoolean()) {
                budgets.put("d" + i, 1 + random.nextInt(20));
                count(Fault.THROTTLED);
            }
        }
    }

    private RelayOptions options(int fetchSize, boolean small) {
        long bytes = small && random.nextBoolean() ? 200 + random.nextInt(2_000) : 1 << 20;
        return RelayOptions.defaults()
                .lease(Duration.ofMillis(500 + random.nextInt(700)))
                .memory(fetchSize, maxHeld, bytes)
                .maxInFlight(maxInFlight)
                .settle(small ? 1 + random.nextInt(5) : 100, Duration.ofMillis(random.nextInt(6)))
                .poll(Duration.ofMillis(5 + random.nextInt(15)), Duration.ofMillis(200 + random.nextInt(300)))
                .retry(RetryPolicy.exponential(Duration.ofMillis(20))
                        .cap(Duration.ofMillis(200))
                        .maxAttempts(maxAttempts))
                .pause(Backoff.exponential(Duration.ofMillis(20)).cap(Duration.ofMillis(300)))
                .sweep(has(Fault.SWEEP) ? Duration.ofSeconds(1) : Duration.ofMinutes(1));
    }

    boolean has(Fault fault) {
        return faults.contains(fault);
    }

    /** From now on nothing goes wrong any more. */
    void calm() {
        calm = true;
    }

    boolean isCalm() {
        return calm;
    }

    /** Whether a fault happens that is as probable as this at full strength; counts it. */
    boolean happens(Fault fault, double probability) {
        boolean happens = has(fault) && !calm && random.nextDouble() < probability * strengths.get(fault);
        if (happens) {
            count(fault);
        }
        return happens;
    }

    void count(Fault fault) {
        injected.merge(fault, 1, Integer::sum);
    }

    double strength(Fault fault) {
        return strengths.get(fault);
    }

    /** Whether every message has to arrive once at most. */
    boolean isFreeOfDuplicates() {
        return faults.stream().noneMatch(fault -> fault.duplicates);
    }

    /** A time between the two, in nanoseconds. */
    long between(double fromMillis, double toMillis) {
        return (long) ((fromMillis + (toMillis - fromMillis) * random.nextDouble()) * 1e6);
    }

    long leaseNanos() {
        return options.lease().toNanos();
    }

    static long millis(long millis) {
        return Duration.ofMillis(millis).toNanos();
    }

    @Override
    public String toString() {
        return "seed " + seed + ": " + relays + " relays, " + messages + " messages, " + destinations
                + " destinations, " + keys + " keys, faults " + faults + ", " + options;
    }
}
