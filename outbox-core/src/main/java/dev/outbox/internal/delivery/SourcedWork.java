package dev.outbox.internal.delivery;

import dev.outbox.spi.DeliveryStore;
import dev.outbox.spi.Incoming;
import java.time.Duration;
import java.time.Instant;

/** A delivery of a source that has not been acknowledged. Its attempts in memory are forgotten with the process; the store keeps those of what it takes over. */
final class SourcedWork extends Work {
    private final SourcedDeliveries owner;
    private final Incoming incoming;
    private final Alarm again = new Alarm();
    private int attempts;
    private int memoryTries;
    private Duration lastDelay = Duration.ZERO;
    private String lastError = "";
    private boolean begun;
    private long firstStartNanos;
    private boolean lost;

    SourcedWork(SourcedDeliveries owner, Incoming incoming, Subscriber subscriber, Instant receivedAt) {
        super(
                subscriber,
                new DeliveryStore.Delivery(
                        subscriber.name(),
                        incoming.message(),
                        incoming.appendedAt().orElse(receivedAt)));
        this.owner = owner;
        this.incoming = incoming;
    }

    Incoming incoming() {
        return incoming;
    }

    int bytes() {
        return incoming.message().payload().size();
    }

    /** Its group was taken away: what comes of it concerns nobody here. */
    void lose() {
        lost = true;
        again.clear();
    }

    @Override
    boolean isLost() {
        return lost;
    }

    int memoryTries() {
        return memoryTries;
    }

    /** Waits in memory, at the head of its key. */
    void waitInMemory(Fate.Again fate, String error, long nowNanos) {
        memoryTries++;
        attempts = fate.attempts();
        lastDelay = fate.delay();
        lastError = error;
        again.setAt(nowNanos + fate.delay().toNanos());
    }

    /** When it is to be tried again; not set unless it waits in memory. */
    Alarm again() {
        return again;
    }

    String lastError() {
        return lastError;
    }

    @Override
    int attempts() {
        return attempts;
    }

    @Override
    Duration lastDelay() {
        return lastDelay;
    }

    @Override
    Duration elapsed(long nowNanos) {
        return Duration.ofNanos(begun ? nowNanos - firstStartNanos : 0);
    }

    @Override
    Duration known(long nowNanos) {
        return elapsed(nowNanos);
    }

    @Override
    boolean mayStart(long nowNanos) {
        if (!begun) {
            begun = true;
            firstStartNanos = nowNanos;
        }
        return true;
    }

    @Override
    void ended(HandlerResult result) {
        owner.ended(this, result);
    }
}
