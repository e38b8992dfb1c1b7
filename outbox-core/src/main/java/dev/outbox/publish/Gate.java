package dev.outbox.publish;

import dev.outbox.Message;
import dev.outbox.publish.PendingLimit.WhenFull;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/** Lets messages into an outbox as long as there is room; else blocks for a bounded time, refuses, or drops what is droppable. Thread-safe. */
public abstract sealed class Gate permits PendingGate, PressureGate {
    static final long WAIT_NANOS = Duration.ofMillis(20).toNanos();

    private final WhenFull whenFull;
    private final long maxWaitNanos;
    private final LongSupplier clock;
    private final Waiter waiter;
    private final AtomicLong dropped = new AtomicLong();

    /** How to wait. */
    interface Waiter {
        /** The waiter of the calling thread. */
        Waiter PARK = LockSupport::parkNanos;

        void waitFor(long nanos);
    }

    Gate(WhenFull whenFull, Duration maxWait, LongSupplier clock, Waiter waiter) {
        this.whenFull = whenFull;
        this.maxWaitNanos = maxWait.toNanos();
        this.clock = clock;
        this.waiter = waiter;
    }

    /** Whether {@code wanted} more fit; if so, they count as gone through. */
    abstract boolean hasRoom(int wanted);

    /** Why {@code wanted} more do not fit, and what to do. */
    abstract String refusal(int wanted);

    /** How many droppable messages were dropped. */
    public final long dropped() {
        return dropped.get();
    }

    /**
     * Returns those of {@code messages} that may be stored: all, or, if the limit drops, those that are not droppable as far as there is room for them.
     *
     * @throws OutboxFullException if there is no room for what must not be dropped
     */
    public final List<Message> admit(List<Message> messages) {
        if (messages.isEmpty() || hasRoom(messages.size())) {
            return messages;
        }
        return switch (whenFull) {
            case DROP -> drop(messages);
            case REFUSE -> throw refuse(messages.size());
            case BLOCK -> block(messages);
        };
    }

    private List<Message> block(List<Message> messages) {
        long deadline = clock.getAsLong() + maxWaitNanos;
        long left = maxWaitNanos;
        while (left > 0 && !Thread.currentThread().isInterrupted()) {
            waiter.waitFor(Math.min(left, WAIT_NANOS));
            if (hasRoom(messages.size())) {
                return messages;
            }
            left = deadline - clock.getAsLong();
        }
        throw refuse(messages.size());
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
        return new OutboxFullException(refusal(messages));
    }
}
