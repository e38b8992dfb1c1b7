package dev.outbox.jdbc;

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
import dev.outbox.spi.StoreException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The relay's tables in a database. */
final class JdbcOutboxStore implements OutboxStore {
    private final Database database;
    private final Hints hints;
    private final DeadLetters deadLetters;

    JdbcOutboxStore(Database database, Hints hints, DeadLetters deadLetters) {
        this.database = database;
        this.hints = hints;
        this.deadLetters = deadLetters;
    }

    /** What is renewed is committed before we wait for what others hold. */
    @Override
    public LeaseTable heartbeat(Heartbeat heartbeat) {
        database.patience().lease(heartbeat.lease());
        Optional<LeaseTable> renewed = database.autoCommit(
                "renew leases", (session, tables) -> tables.leases().renew(session, heartbeat));
        return renewed.isPresent() ? renewed.get() : heartbeatInTransactions(heartbeat);
    }

    private LeaseTable heartbeatInTransactions(Heartbeat heartbeat) {
        Leases.Beat beat = database.transaction(
                "renew leases", (session, tables) -> tables.leases().heartbeat(session, heartbeat));
        if (beat.busy().isEmpty()) {
            return beat.table();
        }
        try {
            return database.transaction(
                    "acquire leases", (session, tables) -> tables.leases().acquire(session, heartbeat, beat.busy()));
        } catch (StoreException failed) {
            if (Failures.isElsewhere(failed)) {
                return beat.table();
            }
            throw failed;
        }
    }

    @Override
    public void leave(String instance) {
        database.transaction("release leases", (session, tables) -> {
            tables.leases().leave(session, instance);
            return true;
        });
    }

    @Override
    public void mark(String instance, @Nullable String marker) {
        database.transaction("mark the instance", (session, tables) -> {
            tables.leases().mark(session, instance, marker);
            return true;
        });
    }

    @Override
    public Fetched fetch(Fetch fetch) {
        return database.autoCommit(
                "fetch messages", (session, tables) -> tables.hot().fetch(session, fetch));
    }

    @Override
    public DueFetched fetchDue(DueFetch fetch) {
        return database.reading(
                "fetch parked messages", (session, tables) -> tables.due().fetch(session, fetch));
    }

    @Override
    public void complete(List<RowRef> confirmed) {
        if (confirmed.isEmpty()) {
            return;
        }
        int found = database.autoCommit(
                "complete messages", (session, tables) -> tables.hot().delete(session, confirmed));
        if (found < confirmed.size()) {
            completeParked(confirmed);
        }
    }

    /** Holds the leases of the slots, so that nothing is parked behind a row that is leaving. */
    private void completeParked(List<RowRef> confirmed) {
        Set<Integer> slots = new TreeSet<>();
        confirmed.forEach(row -> slots.add(row.slot()));
        database.transaction("complete parked messages", (session, tables) -> {
            tables.leases().lock(session, slots);
            tables.parked().promoteNext(session, confirmed);
            tables.parked().delete(session, confirmed);
            return true;
        });
    }

    @Override
    public Set<Integer> settle(Settlement settlement) {
        return database.transaction(
                "settle messages", (session, tables) -> new Settling(session, tables).settle(settlement));
    }

    @Override
    public int releaseStranded(Set<Integer> slots) {
        return database.transaction(
                "release stranded messages",
                (session, tables) -> tables.parked().releaseStranded(session, slots));
    }

    @Override
    public Depth depth(long bound) {
        return database.reading(
                "count messages", (session, tables) -> tables.parked().depth(session, bound));
    }

    @Override
    public DeadLetters deadLetters() {
        return deadLetters;
    }

    @Override
    public Registration onPublish(Runnable hint) {
        return hints.register(hint);
    }

    @Override
    public List<String> schemaDifferences() {
        return new Schema(database).differences();
    }

    @Override
    public List<String> durabilityWarnings() {
        return database.autoCommit(
                "read the database's settings",
                (session, tables) -> tables.dialect()
                        .durabilityWarnings(session, database.options().names()));
    }
}
