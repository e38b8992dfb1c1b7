package dev.outbox.benchmarks;

import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Starts work at a fixed rate, whether or not earlier work has ended. Every duration counts from the time at which the work was to start, so that what waits
 * behind a pause counts the pause (no coordinated omission).
 */
final class OpenLoop {
    private static final int THREADS = 16;
    private static final long LEAD_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** What is started. */
    @FunctionalInterface
    interface Work {
        /** Does the work that was to start at {@code intendedNanos}. */
        void run(long intendedNanos);
    }

    private final int perSecond;
    private final Work work;

    OpenLoop(int perSecond, Work work) {
        this.perSecond = perSecond;
        this.work = work;
    }

    /** Runs for {@code seconds}; returns how long each work took from its intended start to its end. */
    Latencies run(int seconds) throws InterruptedException {
        long[] took = new long[perSecond * seconds];
        Arrays.fill(took, -1);
        AtomicInteger next = new AtomicInteger();
        long start = System.nanoTime() + LEAD_NANOS;
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        for (int i = 0; i < THREADS; i++) {
            threads.execute(() -> runThread(next, start, took));
        }
        threads.shutdown();
        if (!threads.awaitTermination(seconds + 60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("work that was started did not end");
        }
        if (Arrays.stream(took).anyMatch(one -> one < 0)) {
            throw new IllegalStateException("work failed");
        }
        return Latencies.of(took);
    }

    private void runThread(AtomicInteger next, long start, long[] took) {
        for (int i = next.getAndIncrement(); i < took.length; i = next.getAndIncrement()) {
            long intended = start + TimeUnit.SECONDS.toNanos(i) / perSecond;
            for (long wait = intended - System.nanoTime(); wait > 0; wait = intended - System.nanoTime()) {
                LockSupport.parkNanos(wait);
            }
            work.run(intended);
            took[i] = System.nanoTime() - intended;
        }
    }
}
