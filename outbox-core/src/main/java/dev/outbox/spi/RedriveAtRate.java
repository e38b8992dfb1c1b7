package dev.outbox.spi;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/** Redrives in small portions, so that a great many dead letters do not return all at once. */
final class RedriveAtRate {
    private static final Duration PORTION = Duration.ofMillis(100);
    private static final double HIGHEST = 1_000_000;

    private final DeadLetters letters;
    private final double perSecond;
    private final LongSupplier clock;
    private final LongConsumer wait;

    RedriveAtRate(DeadLetters letters, double perSecond, LongSupplier clock, LongConsumer wait) {
        if (!(perSecond > 0) || perSecond > HIGHEST) {
            throw new IllegalArgumentException(
                    "rate " + perSecond + " a second must be above 0 and at most " + (long) HIGHEST);
        }
        this.letters = letters;
        this.perSecond = perSecond;
        this.clock = clock;
        this.wait = wait;
    }

    static RedriveAtRate of(DeadLetters letters, double perSecond) {
        return new RedriveAtRate(letters, perSecond, System::nanoTime, LockSupport::parkNanos);
    }

    /** Redrives what {@code query} means now; what dies meanwhile has higher numbers and is left. */
    long run(DeadLetterQuery query) {
        long wanted = letters.count(query);
        int portion = (int) Math.max(
                1,
                Math.min(
                        DeadLetterQuery.MAX_LIMIT,
                        perSecond * PORTION.toNanos() / Duration.ofSeconds(1).toNanos()));
        long start = clock.getAsLong();
        long done = 0;
        while (done < wanted && !Thread.currentThread().isInterrupted()) {
            int count = letters.redrive(query.limit((int) Math.min(portion, wanted - done)));
            if (count == 0) {
                break;
            }
            done += count;
            awaitUntil(start + (long) (done / perSecond * 1e9));
        }
        return done;
    }

    private void awaitUntil(long time) {
        long left = time - clock.getAsLong();
        while (left > 0 && !Thread.currentThread().isInterrupted()) {
            wait.accept(left);
            left = time - clock.getAsLong();
        }
    }
}
