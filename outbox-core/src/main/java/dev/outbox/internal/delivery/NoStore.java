package dev.outbox.internal.delivery;

import dev.outbox.spi.DeadReason;
import dev.outbox.spi.DeliveryStore;
import dev.outbox.spi.StoreException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** For a consumer without a database: nothing is ever parked, so no key is blocked and nothing is due. */
public final class NoStore implements DeliveryStore {
    @Override
    public Set<ConsumerKey> blocked(Collection<ConsumerKey> keys) {
        return Set.of();
    }

    @Override
    public void park(Delivery delivery, int attempts, Duration delay, String error) {
        throw none();
    }

    @Override
    public void parkBehind(List<Delivery> deliveries) {
        throw none();
    }

    @Override
    public List<Claimed> claimDue(String instance, Collection<String> consumers, int limit, Duration claim) {
        return List.of();
    }

    @Override
    public void renew(String instance, Collection<Long> numbers, Duration claim) {}

    @Override
    public void forget(String instance) {}

    @Override
    public void unclaim(String instance, Collection<Long> numbers) {}

    @Override
    public void complete(String instance, long number) {}

    @Override
    public void reschedule(String instance, long number, int attempts, Duration delay, String error) {
        throw none();
    }

    @Override
    public boolean bury(String instance, long number, DeadReason reason, int attempts, String error) {
        throw none();
    }

    @Override
    public boolean buryNew(Delivery delivery, DeadReason reason, int attempts, String error) {
        throw none();
    }

    @Override
    public long nextDueNanos(Collection<String> consumers) {
        return Long.MAX_VALUE;
    }

    private static StoreException none() {
        return new StoreException("this consumer has no store");
    }
}
