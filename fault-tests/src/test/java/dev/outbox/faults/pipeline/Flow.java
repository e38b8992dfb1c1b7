package dev.outbox.faults.pipeline;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * Two publishers that keep some messages ahead of the effects, a tenth of them at most, until they have published a given number. They wait at a gate, so that there is work left for what is to
 * happen amid it, however long it took to prepare.
 */
final class Flow implements AutoCloseable {
    private static final int PUBLISHERS = 2;
    private static final int MOST_IN_ONE = 40;
    private static final int MOST_AHEAD = 2_500;
    private static final int PARTS = 10;
    /** The share that is kept for {@link #openFurther} and {@link #openForAll}. */
    private static final double KEPT = 0.05;

    private static final long PERIOD_MILLIS = 10;

    private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(PUBLISHERS);
    private final Books books;
    private final AtomicLong published = new AtomicLong();
    private final int ahead;
    private final long mostAtFirst;
    private volatile long gate;
    private final List<Future<?>> publishers;

    Flow(Books books, int messages, int keys, long seed) {
        this.books = books;
        this.ahead = Math.min(MOST_AHEAD, messages / PARTS);
        this.mostAtFirst = (long) (messages * (1 - KEPT));
        this.publishers = IntStream.range(0, PUBLISHERS)
                .<Future<?>>mapToObj(number -> {
                    Publishing publishing = new Publishing(books, "p" + number + "-", keys / PUBLISHERS, seed + number);
                    long share = messages / PUBLISHERS;
                    AtomicLong own = new AtomicLong();
                    return clock.scheduleWithFixedDelay(
                            () -> publish(publishing, own, share), 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
                })
                .toList();
    }

    private void publish(Publishing publishing, AtomicLong own, long share) {
        long left = share - own.get();
        if (left > 0 && published.get() < gate && published.get() - books.progress() < ahead) {
            int count = publishing.publish((int) Math.min(left, 1 + own.get() % MOST_IN_ONE));
            own.addAndGet(count);
            published.addAndGet(count);
        }
    }

    /** Opens the gate for as many messages as make so many effects, and those that are to be ahead of them. */
    void open(long effects) {
        gate = Math.min(effects + ahead, mostAtFirst);
    }

    /** Opens the gate for some more than are published. */
    void openFurther() {
        gate = published.get() + ahead / PARTS;
    }

    /** Opens the gate for all. */
    void openForAll() {
        gate = Long.MAX_VALUE;
    }

    /** How many messages are committed. */
    long published() {
        publishers.forEach(Flow::failIfFailed);
        return published.get();
    }

    private static void failIfFailed(Future<?> publisher) {
        if (publisher.isDone()) {
            try {
                publisher.get();
            } catch (ExecutionException failed) {
                throw new IllegalStateException("a publisher failed", failed);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
