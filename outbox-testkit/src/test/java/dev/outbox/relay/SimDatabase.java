package dev.outbox.relay;

import dev.outbox.spi.Change;
import dev.outbox.spi.DeadLetter;
import dev.outbox.spi.DeadLetterQuery;
import dev.outbox.spi.DeadReason;
import dev.outbox.spi.KeyRef;
import dev.outbox.spi.RowRef;
import dev.outbox.spi.StoredMessage;
import dev.outbox.testkit.InMemoryStore;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The database of a run: tells the ledger what really happens to the rows. */
class SimDatabase extends InMemoryStore {
    private final Ledger ledger;
    private boolean completing;

    SimDatabase(InstantSource clock, Ledger ledger) {
        super(clock);
        this.ledger = ledger;
    }

    /** Whether {@code instance} owns the slot at this epoch, by the rows of the table. */
    synchronized boolean isOwner(String instance, int slot, long epoch) {
        return owns(instance, slot, epoch);
    }

    /** The keys that have a blocking row among the parked ones. */
    Set<KeyRef> parkedKeys() {
        Set<KeyRef> keys = new HashSet<>();
        for (StoredMessage stored : parked()) {
            KeyRef key = keyOf(stored);
            if (key != null && isBlocked(key)) {
                keys.add(key);
            }
        }
        return keys;
    }

    /** The unit of order of a row, or null. */
    static KeyRef keyOf(StoredMessage stored) {
        return stored.message()
                .key()
                .map(key -> new KeyRef(stored.message().destination(), key))
                .orElse(null);
    }

    @Override
    protected boolean owns(String instance, int slot, long epoch) {
        return super.owns(instance, slot, epoch);
    }

    @Override
    public synchronized void complete(List<RowRef> confirmed) {
        completing = true;
        super.complete(confirmed);
        completing = false;
    }

    @Override
    protected StoredMessage remove(RowRef ref) {
        StoredMessage removed = super.remove(ref);
        if (removed != null && completing) {
            ledger.completed(removed.message());
        }
        return removed;
    }

    @Override
    protected void addDeadLetter(StoredMessage stored, DeadReason reason, int attempts, String error) {
        super.addDeadLetter(stored, reason, attempts, error);
        ledger.died(stored.message(), reason, attempts);
    }

    @Override
    protected void enqueue(Change.Enqueue enqueue) {
        int before = pending().size();
        super.enqueue(enqueue);
        List<StoredMessage> after = pending();
        if (after.size() > before) {
            after.stream()
                    .filter(stored -> stored.message().id().equals(enqueue.row().id()))
                    .forEach(stored -> ledger.entered(stored.message()));
        }
    }

    /** An operator redrives what {@code query} means. */
    void operatorRedrives(DeadLetterQuery query) {
        List<DeadLetter> chosen = list(query);
        redrive(query);
        chosen.forEach(letter -> ledger.redriven(letter.message()));
    }
}
