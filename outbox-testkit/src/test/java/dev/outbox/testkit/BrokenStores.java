package dev.outbox.testkit;

import dev.outbox.spi.Change;
import dev.outbox.spi.DeadReason;
import dev.outbox.spi.Depth;
import dev.outbox.spi.DueFetch;
import dev.outbox.spi.DueFetched;
import dev.outbox.spi.Fetch;
import dev.outbox.spi.Fetched;
import dev.outbox.spi.Heartbeat;
import dev.outbox.spi.KeyRef;
import dev.outbox.spi.LeaseTable;
import dev.outbox.spi.ParkReason;
import dev.outbox.spi.Reader;
import dev.outbox.spi.RowRef;
import dev.outbox.spi.Settlement;
import dev.outbox.spi.StoredMessage;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Outbox stores that are broken in one place each, by what they do wrong. */
final class BrokenStores {
    static final Map<String, Function<InstantSource, InMemoryStore>> MUTANTS = new LinkedHashMap<>();

    private BrokenStores() {}

    static {
        MUTANTS.put("finds rows by position alone", clock -> new InMemoryStore(clock) {
            @Override
            protected boolean isSame(RowRef asked, RowRef found) {
                return asked.position() == found.position();
            }
        });

        MUTANTS.put("does not fence", clock -> new InMemoryStore(clock) {
            @Override
            protected boolean owns(String instance, int slot, long epoch) {
                return true;
            }
        });

        MUTANTS.put("does not see parked rows in a fetch", clock -> new InMemoryStore(clock) {
            @Override
            protected boolean isBlocked(KeyRef key) {
                return false;
            }
        });

        MUTANTS.put("has its horizon above open transactions", clock -> new InMemoryStore(clock) {
            @Override
            protected long horizon() {
                return pending().stream()
                        .mapToLong(row -> row.row().position())
                        .max()
                        .orElse(0);
            }
        });

        MUTANTS.put("wakes nobody when a row leaves", clock -> new InMemoryStore(clock) {
            @Override
            protected void promote(KeyRef key) {}
        });

        MUTANTS.put("deletes a dead letter before it is inserted, and stops there", clock -> new InMemoryStore(clock) {
            @Override
            protected void addDeadLetter(StoredMessage stored, DeadReason reason, int attempts, String error) {}
        });

        MUTANTS.put("copies dead letters", clock -> new InMemoryStore(clock) {
            @Override
            protected void bury(Change.Bury bury) {
                Stream.concat(pending().stream(), parked().stream())
                        .filter(row -> row.row().equals(bury.row()))
                        .toList()
                        .forEach(row -> addDeadLetter(row, bury.reason(), bury.attempts(), bury.error()));
            }
        });

        MUTANTS.put("completes pending rows only", clock -> new InMemoryStore(clock) {
            @Override
            public synchronized void complete(List<RowRef> confirmed) {
                List<RowRef> pending =
                        pending().stream().map(StoredMessage::row).toList();
                super.complete(confirmed.stream().filter(pending::contains).toList());
            }
        });

        MUTANTS.put("completes by id alone", clock -> new InMemoryStore(clock) {
            @Override
            public synchronized void complete(List<RowRef> confirmed) {
                List<String> ids = confirmed.stream().map(RowRef::id).toList();
                super.complete(Stream.concat(pending().stream(), parked().stream())
                        .map(StoredMessage::row)
                        .filter(row -> ids.contains(row.id()))
                        .toList());
            }
        });

        MUTANTS.put("reads only forward", clock -> new InMemoryStore(clock) {
            @Override
            public synchronized Fetched fetch(Fetch fetch) {
                List<Reader> readers = fetch.readers().stream()
                        .map(reader -> new Reader(
                                reader.slot(),
                                reader.cursor(),
                                reader.cursor(),
                                reader.limit(),
                                reader.destination(),
                                reader.key()))
                        .toList();
                return super.fetch(new Fetch(
                        readers, fetch.excludedDestinations(), fetch.excludedKeys(), fetch.held(), fetch.maxBytes()));
            }
        });

        MUTANTS.put(
                "applies the limit before the filter and says that nothing is unread",
                clock -> new InMemoryStore(clock) {
                    @Override
                    public synchronized Fetched fetch(Fetch fetch) {
                        Fetched all = super.fetch(
                                new Fetch(fetch.readers(), Set.of(), Set.of(), fetch.held(), fetch.maxBytes()));
                        List<Fetched.ReaderResult> filtered = all.readers().stream()
                                .map(result -> new Fetched.ReaderResult(
                                        result.rows().stream()
                                                .filter(row -> !fetch.excludedDestinations()
                                                        .contains(row.stored()
                                                                .message()
                                                                .destination()))
                                                .toList(),
                                        Long.MAX_VALUE))
                                .toList();
                        return new Fetched(filtered, all.horizon(), all.incarnation());
                    }
                });

        MUTANTS.put("moves later rows of the key by predicate", clock -> new InMemoryStore(clock) {
            @Override
            protected void park(Change.Park park) {
                super.park(park);
                pending().stream()
                        .filter(row -> row.row().slot() == park.row().slot())
                        .filter(row -> row.row().position() > park.row().position())
                        .forEach(row -> remove(row.row()));
            }
        });

        MUTANTS.put("loses what it enqueues", clock -> new InMemoryStore(clock) {
            @Override
            protected void enqueue(Change.Enqueue enqueue) {
                remove(enqueue.row());
            }
        });

        MUTANTS.put("enqueues at the old place", clock -> new InMemoryStore(clock) {
            @Override
            protected void enqueue(Change.Enqueue enqueue) {}
        });

        MUTANTS.put("steals leases", clock -> new InMemoryStore(clock) {
            @Override
            public synchronized LeaseTable heartbeat(Heartbeat heartbeat) {
                LeaseTable before = super.heartbeat(
                        new Heartbeat(heartbeat.instance(), heartbeat.lease(), Map.of(), Set.of(), Map.of()));
                for (LeaseTable.Lease lease : before.leases()) {
                    String owner = lease.owner();
                    if (owner != null && heartbeat.acquire().contains(lease.slot())) {
                        super.heartbeat(new Heartbeat(
                                owner, heartbeat.lease(), Map.of(), Set.of(), Map.of(lease.slot(), lease.epoch())));
                    }
                }
                return super.heartbeat(heartbeat);
            }
        });

        MUTANTS.put("makes what waits behind due", clock -> new InMemoryStore(clock) {
            @Override
            protected void park(Change.Park park) {
                boolean behind = park.reason() == ParkReason.BEHIND;
                super.park(behind ? new Change.Park(park.row(), ParkReason.SCHEDULED, 0, Duration.ZERO, "") : park);
            }
        });

        MUTANTS.put("lets scheduled rows block", clock -> new InMemoryStore(clock) {
            @Override
            protected void park(Change.Park park) {
                boolean scheduled = park.reason() == ParkReason.SCHEDULED;
                super.park(scheduled ? new Change.Park(park.row(), ParkReason.BEHIND, 0, Duration.ZERO, "") : park);
            }
        });

        MUTANTS.put("ignores delays", clock -> new InMemoryStore(clock) {
            @Override
            protected void reschedule(Change.Reschedule change) {
                super.reschedule(new Change.Reschedule(
                        change.row(), change.reason(), change.attempts(), Duration.ZERO, change.error()));
            }
        });

        MUTANTS.put("returns followers as due", clock -> new InMemoryStore(clock) {
            @Override
            public synchronized DueFetched fetchDue(DueFetch fetch) {
                DueFetched fetched = super.fetchDue(fetch);
                List<DueFetched.Due> flat = new ArrayList<>();
                for (DueFetched.Due due : fetched.due()) {
                    flat.add(new DueFetched.Due(due.head(), List.of()));
                    due.followers().forEach(follower -> flat.add(new DueFetched.Due(follower, List.of())));
                }
                return new DueFetched(flat, fetched.nextDueNanos());
            }
        });

        MUTANTS.put("returns the latest due first", clock -> new InMemoryStore(clock) {
            @Override
            public synchronized DueFetched fetchDue(DueFetch fetch) {
                DueFetched fetched = super.fetchDue(fetch);
                List<DueFetched.Due> reversed = new ArrayList<>(fetched.due());
                Collections.reverse(reversed);
                return new DueFetched(reversed, fetched.nextDueNanos());
            }
        });

        MUTANTS.put("does not tell what was lost", clock -> new InMemoryStore(clock) {
            @Override
            public synchronized Set<Integer> settle(Settlement settlement) {
                super.settle(settlement);
                return Set.of();
            }
        });

        MUTANTS.put("never hints", clock -> new InMemoryStore(clock) {
            @Override
            public Registration onPublish(Runnable hint) {
                return () -> {};
            }
        });

        MUTANTS.put("counts beyond the bound", clock -> new InMemoryStore(clock) {
            @Override
            public synchronized Depth depth(long bound) {
                return super.depth(Integer.MAX_VALUE);
            }
        });

        MUTANTS.put("keeps no marker", clock -> new InMemoryStore(clock) {
            @Override
            public synchronized void mark(String instance, @Nullable String marker) {}
        });

        MUTANTS.put("keeps the leases of who left", clock -> new InMemoryStore(clock) {
            @Override
            public synchronized void leave(String instance) {}
        });

        MUTANTS.put("releases what waits behind another", clock -> new InMemoryStore(clock) {
            @Override
            public synchronized int releaseStranded(Set<Integer> slots) {
                return parked().size();
            }
        });
    }
}
