package dev.outbox.publish;

import dev.outbox.Message;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
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
public final class PendingGate {
    private static final Logger LOG = LoggerFactory.getLogger(PendingGate.class);
    private static final long SAMPLE_NANOS = Duration.ofMillis(250).toNanos();
    private static final long WAIT_NANOS = Duration.ofMillis(20).toNanos();

    private record Sample(long pending, long atNanos) {}

    /** How to wait. */
    interface Waiter {
        void waitFor(long nanos);
    }

    private final PendingLimit limit;
    private final LongUnaryOperator count;
    private final LongSupplier clock;
    private final Waiter waiter;
    private final AtomicLong since = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicBoolean full = new AtomicBoolean();
    private volatile Sample sample;

    /** @param count counts the pending messages, up to the bound that it is given; one call at a time */
    public PendingGate(PendingLimit limit, LongUnaryOperator count) {
        this(limit, count, System::nanoTime, LockSupport::parkNanos);
    }

    PendingGate(PendingLimit limit, LongUnaryOperator count, LongSupplier clock, Waiter waiter) {
        this.limit = limit;
        this.count = count;
        this.clock = clock;
        this.waiter = waiter;
        this.sample = new Sample(0, clock.getAsLong() - 2 * SAMPLE_NANOS);
    }

    /** How many droppable messages were dropped. */
    public long dropped() {
        return dropped.get();
    }

    /**
     * Returns those of {@code messages} that may be stored: all, or, if the limit drops, those that are not droppable as far as there is room for them.
     *
     * @throws OutboxFullException if there is no room for what must not be dropped
     */
    public List<Message> admit(List<Message> messages) {
        long deadline = clock.getAsLong() + limit.maxWait().toNanos();
        while (!hasRoom(messages.size())) {
            if (limit.whenFull() == PendingLimit.WhenFull.DROP) {
                return drop(messages);
            }
            long left = deadline - clock.getAsLong();
            if (limit.whenFull() == PendingLimit.WhenFull.REFUSE
                    || left <= 0
                    || Thread.currentThread().isInterrupted()) {
                throw refuse(messages.size());
            }
            waiter.waitFor(Math.min(left, WAIT_NANOS));
        }
        return messages;
    }

    private List<Message> drop(List<Message> messages) {
        List<Message> kept = messages.stream().filter(m -> !m.isDroppable()).toList();
        if (kept.size() == messages.size() || !(kept.isEmpty() || hasRoom(kept.size()))) {
            throw refuse(kept.size());
        }
        dropped.addAndGet((long) messages.size() - kept.size());
        return kept;
    }

    private OutboxFullException refuse(int messages) {
        return new OutboxFullException("about " + (sample.pending() + since.get())
                + " messages are pending and the limit is " + limit.max() + ": no room for " + messages
                + " more. Is a relay running, and are its destinations available?");
    }

    /** Whether {@code wanted} more fit; if so, they count as gone through. */
    private boolean hasRoom(int wanted) {
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
