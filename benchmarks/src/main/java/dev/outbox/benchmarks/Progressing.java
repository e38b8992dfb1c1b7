package dev.outbox.benchmarks;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Counts handled messages, and takes the time from the first to the last. Thread-safe. */
final class Progressing {
    private static final Duration BOUND = Duration.ofMinutes(2);

    private final int expected;
    private final AtomicLong handled = new AtomicLong();
    private final CountDownLatch all = new CountDownLatch(1);
    private volatile long firstNanos;
    private volatile long lastNanos;

    Progressing(int expected) {
        this.expected = expected;
    }

    void handled(int more) {
        long before = handled.getAndAdd(more);
        if (before == 0) {
            firstNanos = System.nanoTime();
        }
        if (before + more == expected) {
            lastNanos = System.nanoTime();
            all.countDown();
        }
    }

    boolean isComplete() {
        return all.getCount() == 0;
    }

    /** Messages a second, when all have been handled. */
    double rate() throws InterruptedException {
        if (!all.await(BOUND.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException(
                    "after " + BOUND + " only " + handled + " of " + expected + " were handled");
        }
        return expected * 1e9 / (lastNanos - firstNanos);
    }
}
