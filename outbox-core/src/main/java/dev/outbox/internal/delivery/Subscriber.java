package dev.outbox.internal.delivery;

import dev.outbox.BatchHandler;
import dev.outbox.MessageHandler;
import dev.outbox.MessageLimits;
import dev.outbox.internal.figures.Histogram;
import dev.outbox.internal.figures.Rate;
import dev.outbox.retry.RetryPolicy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * One name subscribed to one destination, and what of it is ready to be started. Each has a bound of its own, so that one that hangs takes no thread from
 * another. Belongs to the engine's thread, but for the counters.
 */
public final class Subscriber {
    /** What a consumer's subscriber has for a destination, since its source decides what comes. No destination has this name. */
    public static final String ANY = "";

    private static final long QUICK_NANOS = Duration.ofMillis(1).toNanos();
    private static final int MOST_AHEAD = 64;

    private final String destination;
    private final String name;
    private final BatchHandler handler;
    private final Batching batching;
    private final RetryPolicy retry;
    private final int concurrency;
    private final Counters counters;
    private final Deque<Work> readyRetries = new ArrayDeque<>();
    private final Deque<Work> readyFresh = new ArrayDeque<>();
    private final Alarm batchBy = new Alarm();
    private int running;
    private int ahead;

    /** Handles each delivery by itself. Counters may be shared by several subscribers of one name. */
    public Subscriber(
            String destination,
            String name,
            MessageHandler handler,
            RetryPolicy retry,
            int concurrency,
            Counters counters) {
        this(destination, name, batch -> handler.handle(batch.get(0)), Batching.NONE, retry, concurrency, counters);
    }

    /** Handles several deliveries together; {@code concurrency} then counts batches. */
    public Subscriber(
            String destination,
            String name,
            BatchHandler handler,
            Batching batching,
            RetryPolicy retry,
            int concurrency,
            Counters counters) {
        this.destination = destination.equals(ANY) ? ANY : requireName("destination", destination);
        this.name = requireName("name", name);
        this.handler = handler;
        this.batching = batching;
        this.retry = retry;
        this.concurrency = concurrency;
        this.counters = counters;
    }

    /**
     * {@code name}, if it is one.
     *
     * @param what what {@code name} is, for the error's text
     * @throws IllegalArgumentException if {@code name} is empty, longer than a message's names may be, or has control characters
     */
    public static String requireName(String what, String name) {
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes < 1 || bytes > MessageLimits.MAX_NAME_BYTES) {
            throw new IllegalArgumentException(
                    what + " has " + bytes + " bytes in UTF-8; it must have 1 to " + MessageLimits.MAX_NAME_BYTES);
        }
        if (name.chars().anyMatch(Character::isISOControl)
                || !StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
            throw new IllegalArgumentException(what + " has control characters or lone surrogates; remove them");
        }
        return name;
    }

    /** Whether it has these two names. */
    public boolean is(String otherDestination, String otherName) {
        return (destination.isEmpty() || destination.equals(otherDestination)) && name.equals(otherName);
    }

    String destination() {
        return destination;
    }

    String name() {
        return name;
    }

    BatchHandler handler() {
        return handler;
    }

    Batching batching() {
        return batching;
    }

    RetryPolicy retry() {
        return retry;
    }

    /** The most deliveries under way. */
    public int concurrency() {
        return concurrency;
    }

    Counters counters() {
        return counters;
    }

    /** {@code work} may be started as far as its key is concerned. */
    void ready(Work work) {
        queueOf(work).addLast(work);
    }

    /** {@code work} is to be the next to start. */
    void readyAgain(Work work) {
        queueOf(work).addFirst(work);
    }

    /** The next that goes by itself, or null if there is none. Retries go first: claims are few and older. */
    @Nullable
    Work nextAlone() {
        Work retry = nextWaiting(readyRetries);
        Work fresh = retry == null ? peekFresh() : null;
        boolean alone = fresh != null && (batching.most() == 1 || fresh.isToRunAlone());
        return alone ? readyFresh.poll() : retry;
    }

    /** The next that did not come from the store, without taking it; null if there is none. */
    @Nullable
    Work peekFresh() {
        while (!readyFresh.isEmpty() && !readyFresh.peek().isWaiting()) {
            readyFresh.poll();
        }
        return readyFresh.peek();
    }

    /** Those that did not come from the store, in order; some may not wait any more. */
    Deque<Work> readyFresh() {
        return readyFresh;
    }

    /** Whether another may be handed to its threads; while they are quick, some more than there are threads, so that these need not wait for the engine. */
    boolean hasRoom() {
        return running < concurrency + ahead;
    }

    /** When a batch is to go, although it is not full. */
    Alarm batchBy() {
        return batchBy;
    }

    void started() {
        running++;
    }

    void notStarted() {
        running--;
    }

    /** One more may wait for the threads for each that was done quickly, half as many for one that was not; batches never, or they would be small. */
    void ended(long tookNanos) {
        running--;
        if (tookNanos > QUICK_NANOS) {
            ahead /= 2;
        } else if (batching.most() == 1) {
            ahead = Math.min(ahead + 1, MOST_AHEAD);
        }
    }

    private Deque<Work> queueOf(Work work) {
        return work instanceof ClaimedWork ? readyRetries : readyFresh;
    }

    /** What was taken over or given back while it waited is left in the queue, and skipped here. */
    private static @Nullable Work nextWaiting(Deque<Work> queue) {
        Work work = queue.poll();
        while (work != null && !work.isWaiting()) {
            work = queue.poll();
        }
        return work;
    }

    /** Written by the engine's thread, read by any. */
    public static final class Counters {
        private final LongAdder handled = new LongAdder();
        private final LongAdder failed = new LongAdder();
        private final Rate handledRate = new Rate();
        private final Rate failedRate = new Rate();
        private final Histogram tookMicros = new Histogram();
        final LongAdder retried = new LongAdder();
        final LongAdder parked = new LongAdder();
        final LongAdder dead = new LongAdder();

        void handled(long tookNanos, long nowNanos) {
            handled.increment();
            handledRate.record(nowNanos);
            tookMicros.record(TimeUnit.NANOSECONDS.toMicros(tookNanos));
        }

        void failed(long nowNanos) {
            failed.increment();
            failedRate.record(nowNanos);
        }

        /** Deliveries that the handler finished. */
        public long handled() {
            return handled.sum();
        }

        /** Attempts that failed and were charged. */
        public long failed() {
            return failed.sum();
        }

        /** Deliveries that were to come again, charged or not. */
        public long retried() {
            return retried.sum();
        }

        /** Handled a second, over the last ten seconds; {@code nowNanos} by the clock of the engine's steps. */
        public double handledPerSecond(long nowNanos) {
            return handledRate.perSecond(nowNanos);
        }

        /** Failed attempts a second, likewise. */
        public double failedPerSecond(long nowNanos) {
            return failedRate.perSecond(nowNanos);
        }

        /** The time below which {@code quantile} of the handled deliveries took. */
        public Duration took(double quantile) {
            return Duration.of(tookMicros.quantile(quantile), java.time.temporal.ChronoUnit.MICROS);
        }

        /** Deliveries put into the store to wait. */
        public long parked() {
            return parked.sum();
        }

        /** Deliveries that became dead letters. */
        public long dead() {
            return dead.sum();
        }
    }
}
