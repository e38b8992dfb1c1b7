package dev.outbox.faults.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.outbox.jdbc.JdbcOutbox;
import dev.outbox.relay.Relay;
import dev.outbox.spi.Fetch;
import dev.outbox.spi.KeyRef;
import dev.outbox.spi.Reader;
import dev.outbox.spi.Slot;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * G12: what a fetch reads, as the server counts it: entries of indexes, also of dead rows, and rows of whole tables. It is at most about ten times the fetch's limit, whatever stands
 * in front. Statistics are those of empty tables, which is the worst that a planner can have.
 */
@Timeout(300)
class FetchCostLoadIT {
    private static final int LIMIT = 2_500;
    private static final int SLOT = Slot.of("hot");

    private static Fetch fetch(List<Integer> slots, Set<KeyRef> excluded) {
        List<Reader> readers = slots.stream()
                .map(slot -> new Reader(slot, 0, 0, LIMIT / slots.size(), null, null))
                .toList();
        return new Fetch(readers, Set.of(), excluded, List.of(), 32 << 20);
    }

    @Test
    void g12_aMillionRowsOfOneHotKeyInFrontAreNotReadAtOnce() {
        try (LoadDatabase database = LoadDatabase.create()) {
            new Backlog("d", List.of("hot"), 1_000_000, 20).fill(database);

            long plain = cost(database, fetch(List.of(SLOT), Set.of()));
            long excluded = cost(database, fetch(List.of(SLOT), Set.of(new KeyRef("d", "hot"))));

            Figures.print(
                    "fetch of %d behind 1,000,000 of one key: reads %d, and %d when it is read apart",
                    LIMIT, plain, excluded);
            assertThat(plain).isBetween((long) LIMIT, 2L * LIMIT);
            assertThat(excluded).isBetween((long) LIMIT, 10L * LIMIT + 100);
        }
    }

    @Test
    void g12_rowsOfOtherRelaysSlotsInFrontAreNotRead() {
        try (LoadDatabase database = LoadDatabase.create()) {
            List<Integer> mine = IntStream.range(0, Slot.COUNT)
                    .filter(slot -> slot != SLOT)
                    .boxed()
                    .toList();
            new Backlog("d", List.of("hot"), 200_000, 20).fill(database);
            new Backlog("d", Backlog.keys("key", 100), 200, 20).fill(database);

            long reads = cost(database, fetch(mine, Set.of()));

            Figures.print("fetch of %d behind 200,000 of another relay's slot: reads %d", LIMIT, reads);
            assertThat(reads).isBetween(100L, (long) LIMIT);
        }
    }

    @Test
    void g12_aRunningRelayDoesNotReadItsDeadRowsAgain() throws SQLException {
        try (LoadDatabase database = LoadDatabase.create();
                Connection reader = database.pool().getConnection()) {
            holdSnapshot(reader);
            new Backlog("d", Backlog.keys("key", 1_000), 200_000, 20).fill(database);
            Fetch last = drain(database);

            long reads = cost(database, last);

            Figures.print(
                    "fetch of a running relay behind 200,000 dead rows: reads %d; %d are in the table",
                    reads,
                    database.number("SELECT n_dead_tup FROM pg_stat_user_tables WHERE relname = 'outbox_message'"));
            assertThat(reads).isLessThan(10L * LIMIT);
            reader.rollback();
        }
    }

    @Test
    void g12_everythingParkedIsNotRead() {
        try (LoadDatabase database = LoadDatabase.create()) {
            new Backlog("d", Backlog.keys("key", 50_000), 100_000, 20).fill(database);
            database.execute("""
                    INSERT INTO outbox_parked (slot, position, id, destination, message_key, type, content_type, created_at,
                        payload, reason, blocking, attempts, available_at, last_delay_micros, last_error)
                    SELECT slot, -position, id, destination, message_key, type, content_type, created_at,
                        payload, 'RETRY', true, 1, now() + interval '1 hour', 1, 'x'
                    FROM outbox_message
                    """);

            long reads =
                    cost(database, fetch(IntStream.range(0, Slot.COUNT).boxed().toList(), Set.of()));

            Figures.print("fetch of %d, everything parked: reads %d", LIMIT, reads);
            assertThat(reads).isBetween((long) LIMIT / 2, 10L * LIMIT);
        }
    }

    private static void holdSnapshot(Connection reader) throws SQLException {
        reader.setAutoCommit(false);
        reader.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        try (Statement statement = reader.createStatement()) {
            statement.execute("SELECT count(*) FROM outbox_message");
        }
    }

    /** Sends all, and a little later something more, so that the floors are up; returns the last fetch. */
    private static Fetch drain(LoadDatabase database) {
        MeasuredStore store = new MeasuredStore(database.outbox().store());
        Sink sink = Sink.confirming();
        try (Relay relay = Relay.from(store).to(sink).start();
                Traffic traffic = Traffic.start(database.outbox(), "d", Backlog.keys("more", 100), 100)) {
            await("all have arrived")
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> sink.arrivals().count() >= 200_000 + 300);
            traffic.stop();
            await("all are settled")
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> relay.statistics().held() == 0);
        }
        return store.lastFetch();
    }

    /** How many entries and rows the server reads for the fetch. */
    private static long cost(LoadDatabase database, Fetch fetch) {
        long before = reads(database);
        try (HikariDataSource pool = database.onlyConnection()) {
            JdbcOutbox.on(pool).store().fetch(fetch);
        }
        return reads(database) - before;
    }

    /** A connection hands its counts over when it ends. */
    private static long reads(LoadDatabase database) {
        database.endIdleConnections();
        return database.number("""
                SELECT (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes WHERE relname IN ('outbox_message', 'outbox_parked'))
                    + (SELECT sum(seq_tup_read) FROM pg_stat_user_tables WHERE relname IN ('outbox_message', 'outbox_parked'))
                """);
    }
}
