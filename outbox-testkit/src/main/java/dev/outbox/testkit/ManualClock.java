package dev.outbox.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * A clock that stands still until a test moves it: the time of day as an {@link InstantSource} and the monotonic time as a {@link LongSupplier} of
 * nanoseconds. Thread-safe.
 */
public final class ManualClock implements InstantSource, LongSupplier {
    private static final Instant EPOCH = Instant.parse("2026-01-01T00:00:00Z");

    private final Instant start;
    private final AtomicLong elapsedNanos = new AtomicLong();
    private final AtomicLong skewNanos = new AtomicLong();

    /** A clock that stands at the first instant of 2026, UTC. */
    public ManualClock() {
        this(EPOCH);
    }

    /** A clock that stands at {@code start}. */
    public ManualClock(Instant start) {
        this.start = Objects.requireNonNull(start, "start");
    }

    @Override
    public Instant instant() {
        return start.plusNanos(elapsedNanos.get() + skewNanos.get());
    }

    /** The monotonic time in nanoseconds: 0 at first, and the sum of all advances since then. */
    public long nanoTime() {
        return elapsedNanos.get();
    }

    /** The same as {@link #nanoTime}. */
    @Override
    public long getAsLong() {
        return nanoTime();
    }

    /**
     * Lets {@code time} pass.
     *
     * @throws IllegalArgumentException if {@code time} is negative
     */
    public void advance(Duration time) {
        advanceNanos(time.toNanos());
    }

    /**
     * Lets so many nanoseconds pass.
     *
     * @throws IllegalArgumentException if {@code nanos} is negative
     */
    public void advanceNanos(long nanos) {
        if (nanos < 0) {
            throw new IllegalArgumentException("time cannot run back by " + nanos + " ns; use jump");
        }
        elapsedNanos.addAndGet(nanos);
    }

    /** Moves the time of day by {@code step}, which may be negative, as an operator or NTP does; the monotonic time does not notice. */
    public void jump(Duration step) {
        skewNanos.addAndGet(step.toNanos());
    }
}
