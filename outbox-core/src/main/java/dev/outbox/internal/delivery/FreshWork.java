package dev.outbox.internal.delivery;

import dev.outbox.spi.DeliveryStore;
import java.time.Duration;

/** A delivery as the relay handed it over: no attempt of this subscriber has been charged yet. */
final class FreshWork extends Work {
    private final FreshDeliveries owner;
    private final Sending sending;

    FreshWork(FreshDeliveries owner, Sending sending, Subscriber subscriber) {
        super(subscriber, new DeliveryStore.Delivery(subscriber.name(), sending.message(), sending.createdAt()));
        this.owner = owner;
        this.sending = sending;
    }

    Sending sending() {
        return sending;
    }

    @Override
    int attempts() {
        return 0;
    }

    @Override
    Duration lastDelay() {
        return Duration.ZERO;
    }

    @Override
    Duration elapsed(long nowNanos) {
        return Duration.ofNanos(nowNanos - startedNanos());
    }

    @Override
    Duration known(long nowNanos) {
        return elapsed(nowNanos);
    }

    @Override
    boolean mayStart(long nowNanos) {
        sending.touched();
        return true;
    }

    @Override
    void ended(HandlerResult result) {
        owner.ended(this, result);
    }
}
