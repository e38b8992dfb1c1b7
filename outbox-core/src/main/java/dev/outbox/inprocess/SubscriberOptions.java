package dev.outbox.inprocess;

import dev.outbox.retry.RetryPolicy;
import java.time.Duration;
import java.util.Objects;

/**
 * How one subscriber is served. Immutable; every method returns a copy with one thing changed.
 *
 * @param retry what becomes of a delivery whose attempt failed; ten attempts with delays from 1 s to 5 min unless set
 * @param concurrency the most deliveries of this subscriber under way at a time, of different keys; 1 to 1,000, 8 unless set. At most half of them (at
 *     least one) are retries, so that those do not hold up what is new
 */
public record SubscriberOptions(RetryPolicy retry, int concurrency) {
    /** The highest concurrency of one subscriber. */
    public static final int MAX_CONCURRENCY = 1_000;

    private static final SubscriberOptions DEFAULTS =
            new SubscriberOptions(RetryPolicy.exponential(Duration.ofSeconds(1)).cap(Duration.ofMinutes(5)), 8);

    /** @throws IllegalArgumentException if {@code concurrency} is out of its bounds */
    public SubscriberOptions {
        Objects.requireNonNull(retry, "retry");
        if (concurrency < 1 || concurrency > MAX_CONCURRENCY) {
            throw new IllegalArgumentException("concurrency " + concurrency + " must be 1 to " + MAX_CONCURRENCY);
        }
    }

    /** The defaults named above. */
    public static SubscriberOptions defaults() {
        return DEFAULTS;
    }

    /** With another retry policy. */
    public SubscriberOptions retry(RetryPolicy retry) {
        return new SubscriberOptions(retry, concurrency);
    }

    /**
     * With another concurrency.
     *
     * @throws IllegalArgumentException if it is not 1 to 1,000
     */
    public SubscriberOptions concurrency(int concurrency) {
        return new SubscriberOptions(retry, concurrency);
    }
}
