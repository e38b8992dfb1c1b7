package dev.outbox.relay;

import dev.outbox.spi.DeadLetters;
import dev.outbox.spi.Depth;
import dev.outbox.spi.DueFetch;
import dev.outbox.spi.DueFetched;
import dev.outbox.spi.Fetch;
import dev.outbox.spi.Fetched;
import dev.outbox.spi.Heartbeat;
import dev.outbox.spi.LeaseTable;
import dev.outbox.spi.OutboxStore;
import dev.outbox.spi.RowRef;
import dev.outbox.spi.Settlement;
import java.util.List;
import java.util.Set;

/** A store that does what another does, until a subclass does not. */
class ForwardingStore implements OutboxStore {
    final OutboxStore store;

    ForwardingStore(OutboxStore store) {
        this.store = store;
    }

    @Override
    public LeaseTable heartbeat(Heartbeat heartbeat) {
        return store.heartbeat(heartbeat);
    }

    @Override
    public void leave(String instance) {
        store.leave(instance);
    }

    @Override
    public void mark(String instance, String marker) {
        store.mark(instance, marker);
    }

    @Override
    public Fetched fetch(Fetch fetch) {
        return store.fetch(fetch);
    }

    @Override
    public DueFetched fetchDue(DueFetch fetch) {
        return store.fetchDue(fetch);
    }

    @Override
    public void complete(List<RowRef> confirmed) {
        store.complete(confirmed);
    }

    @Override
    public Set<Integer> settle(Settlement settlement) {
        return store.settle(settlement);
    }

    @Override
    public int releaseStranded(Set<Integer> slots) {
        return store.releaseStranded(slots);
    }

    @Override
    public Depth depth(long bound) {
        return store.depth(bound);
    }

    @Override
    public DeadLetters deadLetters() {
        return store.deadLetters();
    }

    @Override
    public Registration onPublish(Runnable hint) {
        return store.onPublish(hint);
    }
}
