package dev.outbox.retry;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A token bucket that keeps retries from becoming the load that holds a struggling destination down: each success
 * deposits a tenth of a token, each retry costs one (Marc Brooker, "Fixing retries with token buckets and circuit
 * breakers").
 *
 * <p>Rare failures are always retried; while most calls fail, retries add at most a tenth to the load of those that
 * succeed. The bucket starts full.
 *
 * <p><strong>Conservation:</strong> at every instant, retries granted are at most the capacity plus a tenth of the
 * successes reported so far. Tokens are counted in whole tenths, so that no rounding adds up.
 *
 * <p>Thread-safe and lock-free; made to be shared by all callers of one destination.
 */
public final class RetryBudget {

    private static final int LARGEST_CAPACITY = 1_000_000;
    private static final int TENTHS_OF_A_SUCCESS = 1;
    private static final int TENTHS_OF_A_RETRY = 10;

    private final long fullTenths;
    private final AtomicLong tenths;

    private RetryBudget(int capacity) {
        fullTenths = (long) capacity * TENTHS_OF_A_RETRY;
        tenths = new AtomicLong(fullTenths);
    }

    /**
     * A full bucket.
     *
     * @param capacity how many retries in a row are granted without any success, from 1 to 1,000,000
     * @throws IllegalArgumentException if {@code capacity} is out of bounds
     */
    public static RetryBudget ofCapacity(int capacity) {
        if (capacity < 1 || capacity > LARGEST_CAPACITY) {
            throw new IllegalArgumentException(
                    "capacity is " + capacity + "; it must be from 1 to " + LARGEST_CAPACITY + " retries");
        }
        return new RetryBudget(capacity);
    }

    /**
     * Takes the token of one retry.
     *
     * @return true if the retry may be made; false, and nothing is taken, if the budget is used up
     */
    public boolean tryRetry() {
        long seen = tenths.get();
        while (seen >= TENTHS_OF_A_RETRY) {
            long witness = tenths.compareAndExchange(seen, seen - TENTHS_OF_A_RETRY);
            if (witness == seen) {
                return true;
            }
            seen = witness;
        }
        return false;
    }

    /** Reports one success: a tenth of a token, unless the bucket is full. */
    public void success() {
        long seen = tenths.get();
        // In good times the bucket is full and this is one read, which threads share without contention.
        while (seen < fullTenths) {
            long witness = tenths.compareAndExchange(seen, seen + TENTHS_OF_A_SUCCESS);
            if (witness == seen) {
                return;
            }
            seen = witness;
        }
    }

    /** How many retries would be granted now, from 0 to the capacity; by the time it is read it may have changed. */
    public int available() {
        return (int) (tenths.get() / TENTHS_OF_A_RETRY);
    }

    @Override
    public String toString() {
        return "RetryBudget[available=" + available() + ", capacity=" + fullTenths / TENTHS_OF_A_RETRY + "]";
    }
}
