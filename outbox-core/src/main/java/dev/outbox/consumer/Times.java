package dev.outbox.consumer;

import dev.outbox.retry.Backoff;
import dev.outbox.retry.Jitter;
import dev.outbox.retry.RetryPolicy;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the times of a consumer fit together (G6): what the inbox has forgotten must not be handled any more.
 *
 * @param name the consumer
 * @param options its numbers
 * @param retry its policy
 */
record Times(String name, ConsumerOptions options, RetryPolicy retry) {
    private static final Logger LOG = LoggerFactory.getLogger(Consumer.class);
    private static final int MOST_STEPS = 10_000;
    private static final Duration FOREVER = Duration.ofDays(36_500);

    /** @throws IllegalStateException if messages are taken that are older than what the inbox remembers */
    void check(Optional<Duration> retention) {
        retention.ifPresent(this::check);
    }

    private void check(Duration retention) {
        Optional<Duration> stale = options.staleAfter();
        if (stale.isPresent() && stale.get().compareTo(retention) >= 0) {
            throw new IllegalStateException("consumer " + name + " handles what is up to " + stale.get()
                    + " old (staleAfter), but its inbox forgets after " + retention
                    + ": a duplicate would be handled again. Raise inboxRetention above staleAfter");
        }
        Duration schedule = longestSchedule();
        if (schedule.compareTo(retention) >= 0) {
            LOG.warn(
                    "Consumer {} may retry for {}, but its inbox forgets after {}: a message that waits so long and was handled"
                            + " elsewhere meanwhile would be handled again. Raise inboxRetention, or lower the attempts or maxElapsed",
                    name,
                    schedule.equals(FOREVER) ? "ever" : schedule,
                    retention);
        }
    }

    /** The time from the first attempt to the last one at the most. */
    Duration longestSchedule() {
        Duration elapsed = retry.maxElapsed().orElse(FOREVER);
        if (retry.maxAttempts() > MOST_STEPS) {
            return elapsed;
        }
        Backoff longest = retry.backoff().jitter(Jitter.NONE);
        boolean any = retry.backoff().jitter() == Jitter.DECORRELATED;
        SplittableRandom unused = new SplittableRandom(0);
        Duration sum = Duration.ZERO;
        for (int attempt = 1; attempt < retry.maxAttempts() && sum.compareTo(elapsed) < 0; attempt++) {
            sum = sum.plus(any ? longest.cap() : longest.delay(attempt, Duration.ZERO, unused));
        }
        return sum.compareTo(elapsed) < 0 ? sum : elapsed;
    }
}
