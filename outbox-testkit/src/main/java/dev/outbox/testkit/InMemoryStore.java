package dev.outbox.testkit;

import dev.outbox.Message;
import dev.outbox.spi.Change;
import dev.outbox.spi.DeadLetters;
import dev.outbox.spi.DeadReason;
import dev.outbox.spi.Depth;
import dev.outbox.spi.DueFetch;
import dev.outbox.spi.DueFetched;
import dev.outbox.spi.Fetch;
import dev.outbox.spi.Fetched;
import dev.outbox.spi.Heartbeat;
import dev.outbox.spi.KeyRef;
import dev.outbox.spi.LeaseTable;
import dev.outbox.spi.OutboxStore;
import dev.outbox.spi.ParkReason;
import dev.outbox.spi.RowRef;
import dev.outbox.spi.Settlement;
import dev.outbox.spi.StoredMessage;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The tables of one database, in memory: an {@link OutboxStore}, a {@link dev.outbox.spi.DeliveryStore} and {@link DeadLetters} over the same rows, with the
 * visibility of a real database. {@link #begin} opens a publishing transaction whose rows have positions at once and are seen only when it commits, so rows
 * appear late and positions have gaps.
 *
 * <p>Passes the contract suites of this package. Every method is atomic and takes effect at once, so that a simulation can put delays, lost replies and crashes
 * around it. Thread-safe. Nothing outlives the object.
 *
 * <p>The protected methods are the places where real stores go wrong; a test plants a bug by overriding one. They are called with the monitor of this object
 * held.
 */
public class InMemoryStore extends InMemoryDeliveries implements OutboxStore {
    /** Empty tables under {@code databaseClock}. */
    public InMemoryStore(InstantSource databaseClock) {
        super(databaseClock);
    }

    /** Empty tables under the system's clock. */
    public static InMemoryStore create() {
        return new InMemoryStore(InstantSource.system());
    }

    /** Opens a publishing transaction. */
    public synchronized Transaction begin() {
        Transaction transaction = new Transaction();
        begin(transaction);
        return transaction;
    }

    /** Publishes in a transaction of its own, commits it and wakes the relay. */
    public void publish(Message... messages) {
        Transaction transaction = begin();
        transaction.publish(messages);
        transaction.commit();
    }

    /** The rows of {@code outbox_message} that are committed, by slot and position. */
    public synchronized List<StoredMessage> pending() {
        return pending.all().stream().map(PendingRow::stored).toList();
    }

    /** The rows of {@code outbox_parked}, by position. */
    public synchronized List<StoredMessage> parked() {
        return parked.all().stream().map(ParkedRow::stored).toList();
    }

    @Override
    public synchronized LeaseTable heartbeat(Heartbeat heartbeat) {
        return leases.heartbeat(heartbeat);
    }

    @Override
    public synchronized void leave(String instance) {
        leases.leave(instance);
    }

    @Override
    public synchronized void mark(String instance, @Nullable String marker) {
        leases.mark(instance, marker);
    }

    @Override
    public synchronized Fetched fetch(Fetch fetch) {
        long horizon = horizon();
        PendingScan scan = new PendingScan(pending, fetch, this::isBlocked, clock.nowNanos());
        return new Fetched(fetch.readers().stream().map(scan::read).toList(), horizon, incarnation());
    }

    @Override
    public synchronized DueFetched fetchDue(DueFetch fetch) {
        return new DueScan(parked, fetch, clock).read();
    }

    @Override
    public synchronized void complete(List<RowRef> confirmed) {
        confirmed.forEach(this::remove);
    }

    @Override
    public synchronized Set<Integer> settle(Settlement settlement) {
        Set<Integer> lost = new HashSet<>();
        settlement.epochs().forEach((slot, epoch) -> {
            if (!owns(settlement.instance(), slot, epoch)) {
                lost.add(slot);
            }
        });
        for (Change change : settlement.changes()) {
            int slot = change.row().slot();
            if (settlement.epochs().containsKey(slot) && !lost.contains(slot)) {
                apply(change);
            }
        }
        return Set.copyOf(lost);
    }

    @Override
    public synchronized int releaseStranded(Set<Integer> slots) {
        int released = 0;
        for (ParkedRow head : parked.heads()) {
            if (head.dueNanos() == ParkedRow.NEVER
                    && slots.contains(head.stored().row().slot())) {
                parked.replace(head, head.dueAt(clock.nowNanos()));
                released++;
            }
        }
        return released;
    }

    @Override
    public synchronized Depth depth(long bound) {
        Duration oldest = pending.heads().stream()
                .map(row -> clock.since(DatabaseClock.nanos(row.stored().createdAt())))
                .max(Long::compare)
                .map(Duration::ofNanos)
                .orElse(null);
        return new Depth(
                Math.min(bound, pending.size()),
                Math.min(bound, parked.size()),
                Math.min(bound, dead.size()),
                oldest,
                bound);
    }

    @Override
    public DeadLetters deadLetters() {
        return this;
    }

    @Override
    public Registration onPublish(Runnable hint) {
        hints.add(hint);
        return () -> hints.remove(hint);
    }

    /** Whether a fetch reports rows of {@code key} as blocked. */
    protected boolean isBlocked(KeyRef key) {
        return parked.isBlocked(key);
    }

    /** The fence of {@link #settle}: whether {@code instance} owns {@code slot} at {@code epoch}, also if its time has run out. */
    protected boolean owns(String instance, int slot, long epoch) {
        return leases.owns(instance, slot, epoch);
    }

    /** Whether the row found at slot and position of {@code asked} is the one that is meant. */
    protected boolean isSame(RowRef asked, RowRef found) {
        return asked.equals(found);
    }

    /** Moves a pending row to the parked ones. */
    protected void park(Change.Park park) {
        PendingRow row = pendingAt(park.row());
        if (row != null) {
            pending.remove(row);
            long failedNanos = park.attempts() > 0 ? clock.nowNanos() : ParkedRow.NEVER;
            parked.add(new ParkedRow(
                    row.stored(),
                    row.key(),
                    park.reason(),
                    park.attempts(),
                    dueNanos(row, park),
                    failedNanos,
                    DatabaseClock.nanos(park.delay()),
                    park.error()));
        }
    }

    /** Makes a parked row due at another time. */
    protected void reschedule(Change.Reschedule change) {
        ParkedRow row = parkedAt(change.row());
        if (row != null) {
            boolean firstFailure = row.firstFailedNanos() == ParkedRow.NEVER && change.attempts() > 0;
            ParkedRow changed = new ParkedRow(
                    row.stored(),
                    row.key(),
                    change.reason(),
                    change.attempts(),
                    clock.after(change.delay()),
                    firstFailure ? clock.nowNanos() : row.firstFailedNanos(),
                    DatabaseClock.nanos(change.delay()),
                    change.error());
            parked.replace(row, changed);
        }
    }

    /** Moves a row to the dead letters. */
    protected void bury(Change.Bury bury) {
        StoredMessage removed = remove(bury.row());
        if (removed != null) {
            addDeadLetter(removed, bury.reason(), bury.attempts(), bury.error());
        }
    }

    /** Moves a scheduled row back to the pending ones. */
    protected void enqueue(Change.Enqueue enqueue) {
        ParkedRow row = parkedAt(enqueue.row());
        if (row != null && row.reason() == ParkReason.SCHEDULED) {
            parked.remove(row);
            append(row.stored().message(), row.stored().createdAt());
        }
    }

    /** Makes the first parked row of {@code key} due, after the one before it has gone. */
    protected void promote(KeyRef key) {
        ParkedRow first = parked.first(key);
        if (first != null && first.dueNanos() == ParkedRow.NEVER) {
            parked.replace(first, first.dueAt(notBefore(first.stored())));
        }
    }

    /** Inserts a dead letter of the relay. */
    protected void addDeadLetter(StoredMessage stored, DeadReason reason, int attempts, String error) {
        addDeadLetter(null, stored.message(), reason, attempts, error, stored.createdAt());
    }

    /** Deletes a row wherever it stands, and returns it, or null if it is gone. */
    protected @Nullable StoredMessage remove(RowRef ref) {
        PendingRow row = pendingAt(ref);
        if (row != null) {
            pending.remove(row);
            return row.stored();
        }
        ParkedRow parkedRow = parkedAt(ref);
        if (parkedRow == null) {
            return null;
        }
        parked.remove(parkedRow);
        KeyRef blockedKey = parkedRow.blockedKey();
        if (blockedKey != null) {
            promote(blockedKey);
        }
        return parkedRow.stored();
    }

    private void apply(Change change) {
        if (change instanceof Change.Park park) {
            park(park);
        } else if (change instanceof Change.Reschedule reschedule) {
            reschedule(reschedule);
        } else if (change instanceof Change.Bury bury) {
            bury(bury);
        } else if (change instanceof Change.Enqueue enqueue) {
            enqueue(enqueue);
        }
    }

    private long dueNanos(PendingRow row, Change.Park park) {
        if (park.reason() == ParkReason.BEHIND) {
            ParkedRow first = row.key() == null ? null : parked.first(row.key());
            boolean behind = first != null && first.position() < row.position();
            return behind ? ParkedRow.NEVER : notBefore(row.stored());
        }
        return park.reason() == ParkReason.SCHEDULED ? notBefore(row.stored()) : clock.after(park.delay());
    }

    private long notBefore(StoredMessage stored) {
        long now = clock.nowNanos();
        return stored.message()
                .notBefore()
                .map(time -> Math.max(now, DatabaseClock.nanos(time)))
                .orElse(now);
    }

    private @Nullable PendingRow pendingAt(RowRef ref) {
        PendingRow row = pending.at(ref);
        return row != null && isSame(ref, row.stored().row()) ? row : null;
    }

    private @Nullable ParkedRow parkedAt(RowRef ref) {
        ParkedRow row = parked.at(ref);
        return row != null && isSame(ref, row.stored().row()) ? row : null;
    }

    /** A transaction on these tables. */
    public final class Transaction extends OpenTransaction {
        private boolean ended;

        private Transaction() {}

        @Override
        public void publish(Message... messages) {
            synchronized (InMemoryStore.this) {
                requireOpen();
                for (Message message : messages) {
                    inserted.add(stored(message, clock.now()));
                }
            }
        }

        @Override
        public void commit() {
            synchronized (InMemoryStore.this) {
                requireOpen();
                ended = true;
                end(this);
                inserted.forEach(row -> pending.add(PendingRow.of(row, true)));
            }
            hint();
        }

        @Override
        public void rollback() {
            synchronized (InMemoryStore.this) {
                ended = true;
                end(this);
            }
        }

        /** The rows that were inserted so far, with their positions. */
        public List<StoredMessage> rows() {
            synchronized (InMemoryStore.this) {
                return List.copyOf(inserted);
            }
        }

        private void requireOpen() {
            if (ended) {
                throw new IllegalStateException("the transaction has ended");
            }
        }
    }
}
