package dev.outbox.internal.delivery;

import dev.outbox.spi.DeliveryStore.Claimed;
import java.time.Duration;

/** A delivery that was parked and is claimed by this process. */
final class ClaimedWork extends Work {
    private final ParkedDeliveries owner;
    private final Claimed claimed;
    private final long claimedAtNanos;
    private long validUntilNanos;

    ClaimedWork(ParkedDeliveries owner, Claimed claimed, Subscriber subscriber, long nowNanos, long validUntilNanos) {
        super(subscriber, claimed.delivery());
        this.owner = owner;
        this.claimed = claimed;
        this.claimedAtNanos = nowNanos;
        this.validUntilNanos = validUntilNanos;
    }

    long number() {
        return claimed.number();
    }

    boolean isSuspect() {
        return claimed.suspect();
    }

    /** The claim was prolonged, by our own clock from before the store was asked. */
    void validUntil(long nanos) {
        validUntilNanos = nanos;
    }

    @Override
    int attempts() {
        return claimed.attempts();
    }

    @Override
    Duration lastDelay() {
        return Duration.ofNanos(claimed.lastDelayNanos());
    }

    @Override
    Duration elapsed(long nowNanos) {
        return attempts() == 0 ? Duration.ofNanos(nowNanos - startedNanos()) : known(nowNanos);
    }

    @Override
    Duration known(long nowNanos) {
        return Duration.ofNanos(claimed.parkedNanosAgo()).plusNanos(nowNanos - claimedAtNanos);
    }

    /** Not after the claim ran out: by then another process may have it. */
    @Override
    boolean mayStart(long nowNanos) {
        if (validUntilNanos - nowNanos > 0) {
            return true;
        }
        owner.lapsed(this);
        return false;
    }

    @Override
    void ended(HandlerResult result) {
        owner.ended(this, result);
    }
}
