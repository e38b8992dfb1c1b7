package dev.outbox.internal.delivery;

/**
 * How deliveries are handled together.
 *
 * @param most the most in a batch; with 1, each is handled by itself
 * @param longestWaitNanos how long the first waits for others at the most
 */
public record Batching(int most, long longestWaitNanos) {
    /** Each by itself. */
    public static final Batching NONE = new Batching(1, 0);
}
