package dev.outbox.internal.delivery;

import dev.outbox.spi.Backlog;
import dev.outbox.spi.DeadReason;
import dev.outbox.spi.DeliveryStore;
import dev.outbox.spi.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A store that fails when it is told to: before a call takes effect, or after it (the reply is lost). Notes the name of each call. */
final class FaultyDeliveries implements DeliveryStore {
    enum Fault {
        NONE,
        BEFORE,
        AFTER
    }

    private final DeliveryStore store;
    private final Supplier<Fault> faults;
    private final Consumer<Claimed> onClaimed;
    private final List<String> calls = new ArrayList<>();

    FaultyDeliveries(DeliveryStore store, Supplier<Fault> faults) {
        this(store, faults, claimed -> {});
    }

    /** @param onClaimed told of every row that is claimed */
    FaultyDeliveries(DeliveryStore store, Supplier<Fault> faults, Consumer<Claimed> onClaimed) {
        this.store = store;
        this.faults = faults;
        this.onClaimed = onClaimed;
    }

    /** The calls so far, in order. */
    List<String> calls() {
        return calls;
    }

    long count(String call) {
        return calls.stream().filter(call::equals).count();
    }

    @Override
    public Set<ConsumerKey> blocked(Collection<ConsumerKey> keys) {
        return call("blocked", () -> store.blocked(keys));
    }

    @Override
    public void park(Delivery delivery, int attempts, Duration delay, String error) {
        run("park", () -> store.park(delivery, attempts, delay, error));
    }

    @Override
    public void parkBehind(List<Delivery> deliveries) {
        run("parkBehind", () -> store.parkBehind(deliveries));
    }

    @Override
    public List<Claimed> claimDue(String instance, Collection<String> consumers, int limit, Duration claim) {
        return call("claimDue", () -> {
            List<Claimed> claimed = store.claimDue(instance, consumers, limit, claim);
            claimed.forEach(onClaimed);
            return claimed;
        });
    }

    @Override
    public void renew(String instance, Collection<Long> numbers, Duration claim) {
        run("renew", () -> store.renew(instance, numbers, claim));
    }

    @Override
    public void forget(String instance) {
        run("forget", () -> store.forget(instance));
    }

    @Override
    public void unclaim(String instance, Collection<Long> numbers) {
        run("unclaim", () -> store.unclaim(instance, numbers));
    }

    @Override
    public void complete(String instance, long number) {
        run("complete", () -> store.complete(instance, number));
    }

    @Override
    public void reschedule(String instance, long number, int attempts, Duration delay, String error) {
        run("reschedule", () -> store.reschedule(instance, number, attempts, delay, error));
    }

    @Override
    public boolean bury(String instance, long number, DeadReason reason, int attempts, String error) {
        return call("bury", () -> store.bury(instance, number, reason, attempts, error));
    }

    @Override
    public boolean buryNew(Delivery delivery, DeadReason reason, int attempts, String error) {
        return call("buryNew", () -> store.buryNew(delivery, reason, attempts, error));
    }

    @Override
    public long nextDueNanos(Collection<String> consumers) {
        return call("nextDueNanos", () -> store.nextDueNanos(consumers));
    }

    @Override
    public Optional<Backlog> backlog(String consumer, long bound) {
        return call("backlog", () -> store.backlog(consumer, bound));
    }

    private void run(String name, Runnable call) {
        call(name, () -> {
            call.run();
            return name;
        });
    }

    private <T> T call(String name, Supplier<T> call) {
        calls.add(name);
        Fault fault = faults.get();
        if (fault == Fault.BEFORE) {
            throw new StoreException(name + " failed");
        }
        T result = call.get();
        if (fault == Fault.AFTER) {
            throw new StoreException("the reply of " + name + " was lost");
        }
        return result;
    }
}
