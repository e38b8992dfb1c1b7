package dev.outbox.testkit;

import dev.outbox.Message;
import dev.outbox.spi.DeadLetter;
import dev.outbox.spi.DeadReason;
import dev.outbox.spi.RowRef;
import dev.outbox.spi.Slot;
import dev.outbox.spi.StoredMessage;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The tables, and what a database does to them: it hands out positions when rows are inserted and shows rows when their transactions commit. The monitor of
 * this object guards everything; whoever holds it is a transaction.
 */
abstract class InMemoryDatabase {
    final DatabaseClock clock;
    final PendingTable pending = new PendingTable();
    final ParkedTable parked = new ParkedTable();
    final NavigableMap<Long, DeadLetter> dead = new TreeMap<>();
    final DeliveryTable deliveries = new DeliveryTable();
    final LeaseRows leases;
    final List<Runnable> hints = new CopyOnWriteArrayList<>();
    private final Set<OpenTransaction> open = new LinkedHashSet<>();
    private long lastPosition;
    private long lastDeadNumber;
    private long horizonLag;
    private int incarnation = 1;

    InMemoryDatabase(InstantSource databaseClock) {
        this.clock = new DatabaseClock(databaseClock);
        this.leases = new LeaseRows(clock);
    }

    /** Inserts at a new position, seen by nobody yet. */
    StoredMessage stored(Message message, Instant createdAt) {
        RowRef row = new RowRef(Slot.of(message), ++lastPosition, message.id());
        return new StoredMessage(row, message, createdAt);
    }

    /** Puts a message that was here before to the end of {@code outbox_message}. */
    void append(Message message, Instant createdAt) {
        pending.add(PendingRow.of(stored(message, createdAt), false));
    }

    void addDeadLetter(
            @Nullable String consumer,
            Message message,
            DeadReason reason,
            int attempts,
            String error,
            Instant createdAt) {
        long number = ++lastDeadNumber;
        Optional<String> by = Optional.ofNullable(consumer);
        dead.put(number, new DeadLetter(number, by, message, reason, attempts, error, createdAt, clock.now()));
    }

    /**
     * The visibility horizon: the largest position such that no open transaction holds a position at or below it, less the lag that was set. To be taken
     * before the snapshot of a fetch; here the two are one instant.
     */
    protected synchronized long horizon() {
        long visible = lastPosition;
        for (OpenTransaction transaction : open) {
            visible = Math.min(visible, transaction.firstPosition() - 1);
        }
        return Math.max(0, visible - horizonLag);
    }

    /** From now on reports the horizon so many positions too low, as a store does that looks for it now and then only; 0 at first. */
    public synchronized void horizonLag(long positions) {
        if (positions < 0) {
            throw new IllegalArgumentException("horizon lag " + positions + " must not be negative");
        }
        this.horizonLag = positions;
    }

    /** Says that there is something to read; not to be called with the monitor held. */
    final void hint() {
        hints.forEach(Runnable::run);
    }

    /** Names the server and its data; see {@link #restart}. */
    final String incarnation() {
        return "in-memory-" + incarnation;
    }

    /** The server goes down and comes up: open transactions are rolled back, and the incarnation has another name. */
    public synchronized void restart() {
        List.copyOf(open).forEach(OpenTransaction::rollback);
        incarnation++;
    }

    /**
     * Restarts on data that lost its latest positions, as after a failover or a restore: positions begin anew above those of the rows that stand here.
     */
    public synchronized void restartWithPositionsLost() {
        restart();
        lastPosition = 0;
        pending.all().forEach(row -> lastPosition = Math.max(lastPosition, row.position()));
        parked.all().forEach(row -> lastPosition = Math.max(lastPosition, row.position()));
    }

    final void begin(OpenTransaction transaction) {
        open.add(transaction);
    }

    final void end(OpenTransaction transaction) {
        open.remove(transaction);
    }

    /** A transaction that has inserted and not ended. */
    abstract static class OpenTransaction implements PublishingTransaction {
        final List<StoredMessage> inserted = new ArrayList<>();

        /** The lowest position that it holds; {@link Long#MAX_VALUE} when it holds none. */
        final long firstPosition() {
            return inserted.isEmpty() ? Long.MAX_VALUE : inserted.get(0).row().position();
        }
    }
}
