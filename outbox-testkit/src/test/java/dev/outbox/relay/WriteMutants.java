package dev.outbox.relay;

import dev.outbox.spi.Change;
import dev.outbox.spi.KeyRef;
import dev.outbox.spi.OutboxStore;
import dev.outbox.spi.ParkReason;
import dev.outbox.spi.RowRef;
import dev.outbox.spi.Settlement;
import dev.outbox.spi.StoreException;
import dev.outbox.spi.StoredMessage;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Stores that change rows wrongly. */
final class WriteMutants {
    private WriteMutants() {}

    /** Keeps no note of what is in flight, so that nobody knows which message ended a process. */
    static final class CrashesNotCounted extends Plant {
        @Override
        OutboxStore store(OutboxStore store, SimProcess process) {
            return new ForwardingStore(store) {
                @Override
                public void mark(String instance, String marker) {
                    store.mark(instance, null);
                }
            };
        }
    }

    /** Deletes the row in one transaction, and inserts the dead letter in the next. */
    static final class DeadLetterDeletedFirst extends Plant {
        private SimDatabase database;

        @Override
        SimDatabase database(InstantSource clock, Ledger ledger) {
            database = super.database(clock, ledger);
            return database;
        }

        @Override
        OutboxStore store(OutboxStore store, SimProcess process) {
            return new ForwardingStore(store) {
                @Override
                public Set<Integer> settle(Settlement settlement) {
                    Set<Integer> lost = store.settle(without(settlement));
                    for (Change change : settlement.changes()) {
                        if (change instanceof Change.Bury bury
                                && !lost.contains(bury.row().slot())) {
                            StoredMessage removed = database.remove(bury.row());
                            process.later(() -> {
                                if (removed != null && process.isAlive()) {
                                    database.addDeadLetter(removed, bury.reason(), bury.attempts(), bury.error());
                                }
                            });
                        }
                    }
                    return lost;
                }
            };
        }

        private static Settlement without(Settlement settlement) {
            List<Change> others = settlement.changes().stream()
                    .filter(change -> !(change instanceof Change.Bury))
                    .toList();
            return new Settlement(settlement.instance(), settlement.epochs(), others);
        }
    }

    /** A database in which a settlement can be applied whoever owns the slots by then. */
    private static final class UnfencedDatabase extends SimDatabase {
        private boolean unfenced;

        UnfencedDatabase(InstantSource clock, Ledger ledger) {
            super(clock, ledger);
        }

        @Override
        protected boolean owns(String instance, int slot, long epoch) {
            return unfenced || super.owns(instance, slot, epoch);
        }

        void apply(Settlement settlement) {
            unfenced = true;
            settle(settlement);
            unfenced = false;
        }
    }

    /** Looks at the epoch, but does not lock the lease row: another can acquire the slot before the transaction commits. */
    static final class FenceWithoutLock extends Plant {
        private UnfencedDatabase database;

        @Override
        SimDatabase database(InstantSource clock, Ledger ledger) {
            database = new UnfencedDatabase(clock, ledger);
            return database;
        }

        @Override
        OutboxStore store(OutboxStore store, SimProcess process) {
            return new ForwardingStore(store) {
                @Override
                public Set<Integer> settle(Settlement settlement) {
                    if (!process.isSlow()) {
                        return store.settle(settlement);
                    }
                    List<Change> owned = settlement.changes().stream()
                            .filter(change -> database.owns(
                                    settlement.instance(),
                                    change.row().slot(),
                                    settlement.epochs().get(change.row().slot())))
                            .toList();
                    Settlement fenced = new Settlement(settlement.instance(), settlement.epochs(), owned);
                    process.muchLater(() -> database.apply(fenced));
                    throw new StoreException("no answer in time; the transaction goes on");
                }
            };
        }
    }

    /** Parks with a message all others of its key, by two statements with the same predicate; another commit falls between them. */
    static final class MoveByPredicate extends Plant {
        private SimDatabase database;

        @Override
        SimDatabase database(InstantSource clock, Ledger ledger) {
            database = super.database(clock, ledger);
            return database;
        }

        @Override
        OutboxStore store(OutboxStore store, SimProcess process) {
            return new ForwardingStore(store) {
                @Override
                public Set<Integer> settle(Settlement settlement) {
                    Set<KeyRef> keys = parkedBy(settlement);
                    if (keys.isEmpty() || process.isLucky()) {
                        return store.settle(settlement);
                    }
                    List<Change> moves = new ArrayList<>(settlement.changes());
                    Set<RowRef> inserted = new HashSet<>();
                    moves.forEach(change -> inserted.add(change.row()));
                    for (StoredMessage stored : database.pending()) {
                        if (keys.contains(SimDatabase.keyOf(stored)) && inserted.add(stored.row())) {
                            moves.add(new Change.Park(stored.row(), ParkReason.BEHIND, 0, Duration.ZERO, ""));
                        }
                    }
                    process.later(() -> {
                        database.settle(new Settlement(settlement.instance(), settlement.epochs(), moves));
                        database.pending().stream()
                                .filter(stored ->
                                        keys.contains(SimDatabase.keyOf(stored)) && !inserted.contains(stored.row()))
                                .forEach(stored -> database.remove(stored.row()));
                    });
                    throw new StoreException("no answer in time; the transaction goes on");
                }
            };
        }

        private Set<KeyRef> parkedBy(Settlement settlement) {
            Set<String> ids = new HashSet<>();
            for (Change change : settlement.changes()) {
                if (change instanceof Change.Park park && park.reason() == ParkReason.RETRY) {
                    ids.add(park.row().id());
                }
            }
            Set<KeyRef> keys = new HashSet<>();
            for (StoredMessage stored : database.pending()) {
                KeyRef key = SimDatabase.keyOf(stored);
                if (key != null && ids.contains(stored.message().id())) {
                    keys.add(key);
                }
            }
            return keys;
        }
    }

    /** Finds rows by position alone. */
    static final class PositionWithoutId extends Plant {
        @Override
        SimDatabase database(InstantSource clock, Ledger ledger) {
            return new SimDatabase(clock, ledger) {
                @Override
                protected boolean isSame(RowRef asked, RowRef found) {
                    return true;
                }
            };
        }
    }
}
