package dev.outbox.retry;

/**
 * A token bucket filled by time: at most so many messages a second, with bursts up to a bound.
 *
 * <p>Over any stretch of {@code t} seconds at most {@code burst + rate * t} messages are let through. The time is an
 * argument (as from {@link System#nanoTime()}, whose origin is arbitrary and which may wrap); one that runs backwards
 * adds nothing. The bucket is full when it is first asked.
 *
 * <pre>{@code
 * int most = limit.available(now);
 * int sent = send(batch, most);
 * limit.take(sent);
 * }</pre>
 *
 * <p>Not thread-safe: it belongs to the one thread that asks and takes.
 */
public final class RateLimit {

    private static final double SLOWEST_PER_SECOND = 0.001;
    private static final double FASTEST_PER_SECOND = 1_000_000_000;
    private static final double NANOS_PER_SECOND = 1_000_000_000;

    private final double perSecond;
    private final int burst;
    private double tokens;
    private long filledAtNanos;
    private boolean asked;

    private RateLimit(double perSecond, int burst) {
        this.perSecond = perSecond;
        this.burst = burst;
        this.tokens = burst;
    }

    /**
     * A limit with bursts of one second's messages, at least one.
     *
     * @param rate messages a second, from 0.001 to 1,000,000,000
     * @throws IllegalArgumentException if {@code rate} is out of bounds
     */
    public static RateLimit perSecond(double rate) {
        return perSecond(rate, (int) Math.ceil(checkedRate(rate)));
    }

    /**
     * A limit with bursts of a given size.
     *
     * @param rate messages a second, from 0.001 to 1,000,000,000
     * @param burst how many messages may go at once after a pause, at least 1
     * @throws IllegalArgumentException if an argument is out of bounds
     */
    public static RateLimit perSecond(double rate, int burst) {
        if (burst < 1) {
            throw new IllegalArgumentException("burst is " + burst + "; it must be at least 1 message");
        }
        return new RateLimit(checkedRate(rate), burst);
    }

    private static double checkedRate(double rate) {
        if (!(rate >= SLOWEST_PER_SECOND && rate <= FASTEST_PER_SECOND)) {
            throw new IllegalArgumentException("rate is " + rate + " a second; it must be from " + SLOWEST_PER_SECOND
                    + " to " + FASTEST_PER_SECOND);
        }
        return rate;
    }

    /**
     * How many messages may go now.
     *
     * @param nowNanos the time, from the same source at every call
     * @return from 0 to the burst
     */
    public int available(long nowNanos) {
        fill(nowNanos);
        return (int) tokens;
    }

    /**
     * How long until at least one message may go.
     *
     * @param nowNanos the time, from the same source at every call
     * @return nanoseconds, 0 if one may go now
     */
    public long nanosUntilAvailable(long nowNanos) {
        fill(nowNanos);
        return tokens >= 1 ? 0 : Math.max(1, (long) Math.ceil((1 - tokens) * NANOS_PER_SECOND / perSecond));
    }

    /**
     * Takes what was sent.
     *
     * @param messages from 0 to what {@link #available} last said
     * @throws IllegalArgumentException if {@code messages} is negative or more than is available
     */
    public void take(int messages) {
        if (messages < 0 || messages > (int) tokens) {
            throw new IllegalArgumentException(
                    messages + " messages taken; it must be from 0 to the " + (int) tokens + " available");
        }
        tokens -= messages;
    }

    private void fill(long nowNanos) {
        // Differences only: the clock may start anywhere and wrap around.
        long passedNanos = asked ? nowNanos - filledAtNanos : 0;
        if (passedNanos > 0) {
            tokens = Math.min(burst, tokens + passedNanos * perSecond / NANOS_PER_SECOND);
        }
        if (passedNanos > 0 || !asked) {
            filledAtNanos = nowNanos;
            asked = true;
        }
    }

    @Override
    public String toString() {
        return "RateLimit[" + perSecond + " a second, burst=" + burst + "]";
    }
}
