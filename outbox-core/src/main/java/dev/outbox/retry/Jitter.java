package dev.outbox.retry;

/**
 * How a {@link Backoff} spreads its delays, so that clients that failed together do not come back together.
 *
 * <p>The names and formulas are those of "Exponential Backoff And Jitter" by Marc Brooker (AWS Architecture Blog,
 * 2015). With {@code step} standing for the delay before jitter, {@code min(cap, base * factor^(attempt - 1))}, each
 * constant states the range that delays are drawn from, both ends included.
 */
public enum Jitter {

    /** Exactly the step. Clients that failed together return together: for tests and single clients. */
    NONE,

    /** Between half the step and the step: spread, and never a hot loop. The default. */
    EQUAL,

    /**
     * Between one millisecond (or the base, if that is shorter) and the step: the widest spread and the least load, at
     * the price of delays that may be very short.
     */
    FULL,

    /**
     * Between the base and three times the previous delay, or the cap if that is shorter. Grows by itself, whatever the
     * factor; the previous delay must be remembered between attempts.
     */
    DECORRELATED
}
