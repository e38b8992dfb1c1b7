package dev.outbox.publish;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets messages into an outbox as long as its {@link PendingLimit} has room. Thread-safe.
 *
 * <p>It knows how many were pending when it last looked, and how many went through since. It looks again when that is a quarter of a second old, or when there
 * seems to be no room.
 */
public final class PendingGate extends Gate {
    private static final Logger LOG = LoggerFactory.getLogger(PendingGate.class);
    private static final long SAMPLE_NANOS = Duration.ofMillis(250).toNanos();

    private record Sample(long pending, long atNanos) {}

    private final PendingLimit limit;
    private final LongUnaryOperator count;
    private final LongSupplier clock;
    private final AtomicLong since = new AtomicLong();
    private final AtomicBoolean full = new AtomicBoolean();
    private volatile Sample sample;

    /** @param count counts the pending messages, up to the bound that it is given; one call at a time */
    public PendingGate(PendingLimit limit, LongUnaryOperator count) {
        this(limit, count, System::nanoTime, Waiter.PARK);
    }

    PendingGate(PendingLimit limit, LongUnaryOperator count, LongSupplier clock, Waiter waiter) {
        super(limit.whenFull(), limit.maxWait(), clock, waiter);
        this.limit = limit;
        this.count = count;
        this.clock = clock;
        this.sample = new Sample(0, clock.getAsLong() - 2 * SAMPLE_NANOS);
    }

    @Override
    String refusal(int wanted) {
        return "about " + (sample.pending() + since.get()) + " messages are pending and the limit is " + limit.max()
                + ": no room for " + wanted + " more. Is a relay running, and are its destinations available?";
    }

    @Override
    boolean hasRoom(int wanted) {
        if (clock.getAsLong() - sample.atNanos() >= SAMPLE_NANOS || !fits(wanted)) {
            look();
        }
        boolean room = fits(wanted);
        if (room) {
            since.addAndGet(wanted);
        }
        if (full.compareAndSet(room, !room)) {
            LOG.warn(room ? "the outbox has room again" : "the outbox is full: {} messages pending", sample.pending());
        }
        return room;
    }

    private boolean fits(int wanted) {
        return sample.pending() + since.get() + wanted <= limit.max();
    }

    private synchronized void look() {
        long now = clock.getAsLong();
        if (now - sample.atNanos() < WAIT_NANOS / 2) {
            return;
        }
        long before = since.get();
        long pending = count.applyAsLong(limit.max() + 1);
        since.addAndGet(-before);
        sample = new Sample(pending, now);
    }
}
