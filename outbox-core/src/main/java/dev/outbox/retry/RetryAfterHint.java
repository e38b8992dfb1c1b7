package dev.outbox.retry;

import java.time.Duration;
import java.util.Optional;

/**
 * An exception implements this to say how long the other side asked to be left alone, as the HTTP header
 * {@code Retry-After} does.
 *
 * <p>A {@link RetryPolicy} waits at least that long, even beyond the cap of its backoff. The hint comes from outside,
 * so it is bounded: a negative one counts as none, and one of more than {@link #LONGEST} as that. It decides when,
 * never whether.
 */
public interface RetryAfterHint {

    /** The longest hint that is honoured: one day. */
    Duration LONGEST = Duration.ofDays(1);

    /**
     * How long to wait from now.
     *
     * @return the shortest wait, or empty if the other side did not say
     */
    Optional<Duration> retryAfter();
}
