package dev.outbox.relay;

import dev.outbox.spi.Fetch;
import dev.outbox.spi.Fetched;
import dev.outbox.spi.Fetched.ReaderResult;
import dev.outbox.spi.Fetched.Row;
import dev.outbox.spi.Heartbeat;
import dev.outbox.spi.KeyRef;
import dev.outbox.spi.LeaseTable;
import dev.outbox.spi.OutboxStore;
import dev.outbox.spi.Reader;
import dev.outbox.spi.RowRef;
import dev.outbox.spi.Settlement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Relays that read wrongly. */
final class ReadMutants {
    private ReadMutants() {}

    /** Deletes what it has read, and sends it afterwards. */
    static final class SettleBeforeSend extends Plant {
        @Override
        OutboxStore store(OutboxStore store, SimProcess process) {
            return new ForwardingStore(store) {
                @Override
                public Fetched fetch(Fetch fetch) {
                    Fetched fetched = store.fetch(fetch);
                    List<RowRef> free = new ArrayList<>();
                    fetched.readers()
                            .forEach(reader -> reader.rows().stream()
                                    .filter(row -> !row.blocked() && !row.scheduled())
                                    .forEach(row -> free.add(row.stored().row())));
                    store.complete(free);
                    return fetched;
                }
            };
        }
    }

    /** Never looks below the highest position that it has read of a slot. */
    static final class ForwardOnly extends Plant {
        @Override
        OutboxStore store(OutboxStore store, SimProcess process) {
            Map<Integer, Long> highest = new HashMap<>();
            return new ForwardingStore(store) {
                @Override
                public Fetched fetch(Fetch fetch) {
                    Fetched fetched = store.fetch(withReaders(
                            fetch, reader -> above(reader, highest.getOrDefault(reader.slot(), 0L))));
                    fetched.readers()
                            .forEach(reader -> reader.rows()
                                    .forEach(row -> highest.merge(
                                            row.stored().row().slot(),
                                            row.stored().row().position(),
                                            Math::max)));
                    return fetched;
                }
            };
        }
    }

    /** Looks only above its cursor, and goes back to the start now and then for what became visible late. */
    static final class ForwardAndBack extends Plant {
        @Override
        OutboxStore store(OutboxStore store, SimProcess process) {
            return new ForwardingStore(store) {
                private int reads;

                @Override
                public Fetched fetch(Fetch fetch) {
                    boolean back = ++reads % 20 == 0;
                    return store.fetch(back ? fetch : withReaders(fetch, reader -> above(reader, reader.cursor())));
                }
            };
        }
    }

    /** Says that nothing was left unread, although the limit left some. */
    static final class FloorPastUnread extends Plant {
        @Override
        OutboxStore store(OutboxStore store, SimProcess process) {
            return new ForwardingStore(store) {
                @Override
                public Fetched fetch(Fetch fetch) {
                    Fetched fetched = store.fetch(fetch);
                    List<ReaderResult> readers = fetched.readers().stream()
                            .map(reader -> new ReaderResult(reader.rows(), Long.MAX_VALUE))
                            .toList();
                    return new Fetched(readers, fetched.horizon(), fetched.incarnation());
                }
            };
        }
    }

    /** Sends past the parked messages of a key. */
    static final class BlockedIgnored extends Plant {
        @Override
        OutboxStore store(OutboxStore store, SimProcess process) {
            return new ForwardingStore(store) {
                @Override
                public Fetched fetch(Fetch fetch) {
                    return withRows(store.fetch(fetch), row -> new Row(row.stored(), false, row.scheduled()));
                }
            };
        }
    }

    /** Reads the parked keys when it acquires slots, and afterwards knows only of those that it has parked itself. */
    static final class ParkedSetInMemory extends Plant {
        private SimDatabase database;

        @Override
        SimDatabase database(java.time.InstantSource clock, Ledger ledger) {
            database = super.database(clock, ledger);
            return database;
        }

        @Override
        OutboxStore store(OutboxStore store, SimProcess process) {
            Set<KeyRef> known = new HashSet<>();
            return new ForwardingStore(store) {
                @Override
                public LeaseTable heartbeat(Heartbeat heartbeat) {
                    LeaseTable table = store.heartbeat(heartbeat);
                    if (!heartbeat.acquire().isEmpty()) {
                        known.addAll(database.parkedKeys());
                    }
                    return table;
                }

                @Override
                public Set<Integer> settle(Settlement settlement) {
                    Set<KeyRef> before = database.parkedKeys();
                    Set<Integer> lost = store.settle(settlement);
                    Set<KeyRef> parked = database.parkedKeys();
                    parked.removeAll(before);
                    known.addAll(parked);
                    return lost;
                }

                @Override
                public Fetched fetch(Fetch fetch) {
                    Fetched fetched = store.fetch(fetch);
                    known.retainAll(database.parkedKeys());
                    return withRows(
                            fetched,
                            row -> new Row(
                                    row.stored(),
                                    row.blocked() && known.contains(SimDatabase.keyOf(row.stored())),
                                    row.scheduled()));
                }
            };
        }
    }

    /** Every relay reads all slots, and claims single rows that no other has claimed. */
    static final class RowClaims extends Plant {
        private record Claim(String relay, long untilNanos) {}

        private final Map<String, Claim> claims = new HashMap<>();
        private SimDatabase database;

        @Override
        SimDatabase database(java.time.InstantSource clock, Ledger ledger) {
            database = new SimDatabase(clock, ledger) {
                @Override
                protected boolean owns(String instance, int slot, long epoch) {
                    return true;
                }
            };
            return database;
        }

        @Override
        OutboxStore store(OutboxStore store, SimProcess process) {
            return new ForwardingStore(store) {
                @Override
                public LeaseTable heartbeat(Heartbeat heartbeat) {
                    List<LeaseTable.Lease> all = store.heartbeat(heartbeat).leases().stream()
                            .map(lease -> new LeaseTable.Lease(lease.slot(), process.name, 1, false))
                            .toList();
                    return new LeaseTable(all, List.of(new LeaseTable.Instance(process.name, true, null)));
                }

                @Override
                public Fetched fetch(Fetch fetch) {
                    Fetched fetched = store.fetch(fetch);
                    List<ReaderResult> readers = fetched.readers().stream()
                            .map(reader -> new ReaderResult(
                                    reader.rows().stream().filter(this::claim).toList(), reader.scannedThrough()))
                            .toList();
                    return new Fetched(readers, 0, fetched.incarnation());
                }

                private boolean claim(Row row) {
                    long now = process.nowNanos();
                    Claim claim = claims.get(row.stored().message().id());
                    boolean free = claim == null || claim.relay().equals(process.name) || claim.untilNanos() < now;
                    if (free) {
                        claims.put(row.stored().message().id(), new Claim(process.name, now + Scenario.millis(1_000)));
                    }
                    return free;
                }
            };
        }
    }

    private static Fetch withReaders(Fetch fetch, UnaryOperator<Reader> change) {
        return new Fetch(
                fetch.readers().stream().map(change).toList(),
                fetch.excludedDestinations(),
                fetch.excludedKeys(),
                fetch.held(),
                fetch.maxBytes());
    }

    private static Reader above(Reader reader, long position) {
        long floor = Math.max(reader.floor(), position);
        return new Reader(
                reader.slot(),
                floor,
                Math.max(floor, reader.cursor()),
                reader.limit(),
                reader.destination(),
                reader.key());
    }

    private static Fetched withRows(Fetched fetched, UnaryOperator<Row> change) {
        List<ReaderResult> readers = fetched.readers().stream()
                .map(reader ->
                        new ReaderResult(reader.rows().stream().map(change).toList(), reader.scannedThrough()))
                .toList();
        return new Fetched(readers, fetched.horizon(), fetched.incarnation());
    }
}
