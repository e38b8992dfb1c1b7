package dev.outbox.retry;

import java.time.Duration;
import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * The delay before the next attempt, as a function of how often it failed, the delay before, and a random source.
 *
 * <p>Delays are never zero, never below the floor that the {@link Jitter} states, never above the cap, and never
 * overflow, for any number of attempts up to {@link Integer#MAX_VALUE}. Immutable and thread-safe; the random source is
 * the caller's, and each instance of an engine should have its own seed.
 *
 * @param base the first step, more than zero, at most 365 days
 * @param factor what the step grows by with each attempt, from 1 (fixed) to 100
 * @param cap the longest delay, at least the base, at most 365 days; more than the base for {@link Jitter#DECORRELATED}
 * @param jitter how delays are spread
 */
public record Backoff(Duration base, double factor, Duration cap, Jitter jitter) {

    private static final Duration LONGEST = Duration.ofDays(365);
    private static final Duration DEFAULT_CAP = Duration.ofHours(1);
    private static final double LARGEST_FACTOR = 100;
    private static final long FULL_JITTER_FLOOR_NANOS = 1_000_000;

    /** @throws IllegalArgumentException if a component is out of its bounds; the message names value and rule */
    public Backoff {
        Objects.requireNonNull(jitter, "jitter");
        if (base.isNegative() || base.isZero() || base.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "base is " + base + "; it must be more than zero and at most " + LONGEST);
        }
        if (!(factor >= 1 && factor <= LARGEST_FACTOR)) {
            throw new IllegalArgumentException("factor is " + factor + "; it must be from 1 to " + LARGEST_FACTOR);
        }
        if (cap.compareTo(base) < 0 || cap.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "cap is " + cap + "; it must be at least the base " + base + " and at most " + LONGEST);
        }
        if (jitter == Jitter.DECORRELATED && cap.equals(base)) {
            throw new IllegalArgumentException("cap and base are both " + base
                    + "; decorrelated jitter needs a cap above the base, because it draws between the two");
        }
    }

    /**
     * The same step after every failure. With the default {@link Jitter#EQUAL} delays lie between half of it and all of
     * it.
     *
     * @param delay more than zero, at most 365 days
     * @throws IllegalArgumentException if {@code delay} is out of bounds
     */
    public static Backoff fixed(Duration delay) {
        return new Backoff(delay, 1, delay, Jitter.EQUAL);
    }

    /**
     * A step that doubles with each failure up to a cap of one hour (or the base, if that is longer), with
     * {@link Jitter#EQUAL}.
     *
     * @param base the first step, more than zero, at most 365 days
     * @throws IllegalArgumentException if {@code base} is out of bounds
     */
    public static Backoff exponential(Duration base) {
        return new Backoff(base, 2, base.compareTo(DEFAULT_CAP) > 0 ? base : DEFAULT_CAP, Jitter.EQUAL);
    }

    /**
     * This backoff with another growth.
     *
     * @param factor from 1 to 100
     * @throws IllegalArgumentException if {@code factor} is out of bounds
     * @throws IllegalStateException if this is a {@linkplain #fixed fixed} backoff, which does not grow
     */
    public Backoff factor(double factor) {
        if (this.factor == 1) {
            throw new IllegalStateException(
                    "factor is " + factor + ", but a fixed backoff does not grow; start from exponential(base)");
        }
        return new Backoff(base, factor, cap, jitter);
    }

    /**
     * This backoff with another longest delay.
     *
     * @param cap at least the base, at most 365 days
     * @throws IllegalArgumentException if {@code cap} is out of bounds
     */
    public Backoff cap(Duration cap) {
        return new Backoff(base, factor, cap, jitter);
    }

    /**
     * This backoff with another spread.
     *
     * @throws IllegalArgumentException if {@code jitter} is {@link Jitter#DECORRELATED} and the cap is not above the
     *     base
     */
    public Backoff jitter(Jitter jitter) {
        return new Backoff(base, factor, cap, jitter);
    }

    /**
     * The delay before the next attempt.
     *
     * @param attempt how many attempts have failed so far, at least 1
     * @param previous the delay before the last attempt, zero if there was none; only {@link Jitter#DECORRELATED} reads
     *     it
     * @param random where the spread comes from; not read by {@link Jitter#NONE}
     * @return more than zero, at most the cap
     * @throws IllegalArgumentException if {@code attempt} is less than 1 or {@code previous} is negative
     */
    public Duration delay(int attempt, Duration previous, RandomGenerator random) {
        if (previous.isNegative()) {
            throw new IllegalArgumentException("previous delay is " + previous + "; it must not be negative");
        }
        // Clamped before the conversion: a Duration holds more nanoseconds than a long.
        long previousNanos = (previous.compareTo(cap) > 0 ? cap : previous).toNanos();
        return Duration.ofNanos(delayNanos(attempt, previousNanos, random));
    }

    /**
     * The same as {@link #delay}, in nanoseconds.
     *
     * @param attempt how many attempts have failed so far, at least 1
     * @param previousNanos the delay before the last attempt, 0 if there was none
     * @param random where the spread comes from; not read by {@link Jitter#NONE}
     * @return more than zero, at most the cap
     * @throws IllegalArgumentException if {@code attempt} is less than 1 or {@code previousNanos} is negative
     */
    public long delayNanos(int attempt, long previousNanos, RandomGenerator random) {
        if (attempt < 1) {
            throw new IllegalArgumentException("attempt is " + attempt + "; it counts failed attempts, at least 1");
        }
        if (previousNanos < 0) {
            throw new IllegalArgumentException("previous delay is " + previousNanos + " ns; it must not be negative");
        }
        return switch (jitter) {
            case NONE -> stepNanos(attempt);
            case EQUAL -> equal(stepNanos(attempt), random);
            case FULL -> between(Math.min(base.toNanos(), FULL_JITTER_FLOOR_NANOS), stepNanos(attempt), random);
            case DECORRELATED -> decorrelated(previousNanos, random);
        };
    }

    private long stepNanos(int attempt) {
        long baseNanos = base.toNanos();
        long capNanos = cap.toNanos();
        double step = baseNanos * Math.pow(factor, attempt - 1);
        // Compared as doubles, where too much is infinity and not a negative number. Past 2^53 ns (104 days) the
        // product may round below the base.
        return step < capNanos ? Math.max(baseNanos, (long) step) : capNanos;
    }

    private static long equal(long stepNanos, RandomGenerator random) {
        return between(stepNanos - stepNanos / 2, stepNanos, random);
    }

    private long decorrelated(long previousNanos, RandomGenerator random) {
        long baseNanos = base.toNanos();
        long capNanos = cap.toNanos();
        long from = Math.max(baseNanos, Math.min(previousNanos, capNanos));
        // The published formula draws first and clamps to the cap afterwards, so that most clients of a long outage
        // end up waiting exactly the cap. Drawing below the cap keeps them apart.
        return between(baseNanos, Math.min(capNanos, from * 3), random);
    }

    private static long between(long lowest, long highest, RandomGenerator random) {
        return lowest + random.nextLong(highest - lowest + 1);
    }
}
