package dev.outbox.faults.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.outbox.Message;
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
 * G12: what a fetch reads, in rows and index entries: at most about ten times its limit, whatever stands in front. Counted twice: by EXPLAIN (ANALYZE) of the very statement, and by the server's
 * statistics, which also count entries of rows that are dead. The planner's statistics are those of empty tables, which is the worst that it can have.
 */
@Timeout(300)
class FetchCostLoadIT {
    private static final int LIMIT = 2_500;
    private static final long BOUND = 10L * LIMIT + 200;
    private static final int SLOT = Slot.of("hot");

    /**
     * What a fetch reads.
     *
     * @param explained rows, and index entries of rows, that its scans passed by
     * @param counted the same as the server counts, with dead rows
     */
    private record Cost(long explained, long counted) {
        void isBetween(long least, long most) {
            assertThat(explained).as("rows by EXPLAIN").isBetween(least, most);
            assertThat(counted).as("rows and entries by statistics").isBetween(least, most);
        }
    }

    private static Fetch fetch(List<Integer> slots, Set<KeyRef> excluded) {
        List<Reader> readers = slots.stream()
                .map(slot -> new Reader(slot, 0, 0, LIMIT / slots.size(), null, null))
                .toList();
        return new Fetch(readers, Set.of(), excluded, List.of(), 32 << 20);
    }

    private static Fetch fetchOfAllSlots() {
        return fetch(IntStream.range(0, Slot.COUNT).boxed().toList(), Set.of());
    }

    @Test
    void g12_aMillionRowsOfOneHotKeyInFrontAreNotReadAtOnce() {
        try (LoadDatabase database = LoadDatabase.create()) {
            new Backlog("d", List.of("hot"), 1_000_000, 20).fill(database);

            Cost plain = cost(database, fetch(List.of(SLOT), Set.of()));
            Cost excluded = cost(database, fetch(List.of(SLOT), Set.of(new KeyRef("d", "hot"))));

            Figures.print(
                    "fetch of %d behind 1,000,000 of one key: %s, and when it is read apart %s",
                    LIMIT, plain, excluded);
            plain.isBetween(LIMIT, 2L * LIMIT);
            excluded.isBetween(LIMIT, BOUND);
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

            Cost cost = cost(database, fetch(mine, Set.of()));

            Figures.print("fetch of %d behind 200,000 of another relay's slot: %s", LIMIT, cost);
            cost.isBetween(100, LIMIT);
        }
    }

    @Test
    void g12_aRunningRelayDoesNotReadItsDeadRowsAgain() throws SQLException {
        try (LoadDatabase database = LoadDatabase.create();
                Connection reader = database.pool().getConnection()) {
            holdSnapshot(reader);
            new Backlog("d", Backlog.keys("key", 1_000), 200_000, 20).fill(database);
            Fetch last = drain(database, 200_000);

            Cost cost = cost(database, last);

            Figures.print(
                    "fetch of a running relay behind 200,000 dead rows, a reader open: %s; %d are in the table",
                    cost,
                    database.number("SELECT n_dead_tup FROM pg_stat_user_tables WHERE relname = 'outbox_message'"));
            cost.isBetween(0, BOUND);
            reader.rollback();
        }
    }

    /** The floor stands still, so entries of dead rows are walked again (docs/OPERATIONS.md); rows are not. */
    @Test
    void g12_aWriterThatStaysOpenMakesNoFetchReadMoreRows() throws SQLException {
        try (LoadDatabase database = LoadDatabase.create();
                Connection writer = database.pool().getConnection()) {
            writer.setAutoCommit(false);
            database.outbox()
                    .publish(writer, Message.to("d").id("late#1").key("late").text("x"));
            new Backlog("d", Backlog.keys("key", 1_000), 20_000, 20).fill(database);
            Fetch last = drain(database, 20_000);

            Cost cost = cost(database, last);

            Figures.print("fetch of a running relay behind 20,000 dead rows, a writer open: %s", cost);
            assertThat(cost.explained()).as("rows by EXPLAIN").isBetween(0L, BOUND);
            writer.rollback();
        }
    }

    @Test
    void g12_everythingParkedIsNotRead() {
        try (LoadDatabase database = LoadDatabase.create()) {
            new Backlog("d", Backlog.keys("key", 10_000), 100_000, 20).fill(database);
            database.execute("""
                    INSERT INTO outbox_parked (slot, position, id, destination, message_key, type, content_type, created_at,
                        payload, reason, blocking, attempts, available_at, last_delay_micros, last_error)
                    SELECT slot, -position, id, destination, message_key, type, content_type, created_at,
                        payload, 'RETRY', true, 1, now() + interval '1 hour', 1, 'x'
                    FROM outbox_message
                    """);

            Cost cost = cost(database, fetchOfAllSlots());

            Figures.print("fetch of %d, 10,000 keys with 100,000 rows parked: %s", LIMIT, cost);
            cost.isBetween(LIMIT, BOUND);
        }
    }

    @Test
    void g12_anIdleFetchReadsNothing() {
        try (LoadDatabase database = LoadDatabase.create()) {
            Cost cost = cost(database, fetchOfAllSlots());

            Figures.print("fetch of an empty outbox: %s", cost);
            cost.isBetween(0, Slot.COUNT);
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
    private static Fetch drain(LoadDatabase database, int messages) {
        MeasuredStore store = new MeasuredStore(database.outbox().store());
        Sink sink = Sink.confirming();
        try (Relay relay = Relay.from(store).to(sink).start();
                Traffic traffic = Traffic.start(database.outbox(), "d", Backlog.keys("more", 100), 100)) {
            await("the backlog has arrived")
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> sink.arrivals().count() >= messages + traffic.published() - 100);
            long before = sink.arrivals().count();
            await("something more has arrived")
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> sink.arrivals().count() >= before + 300);
            traffic.stop();
            await("all are settled")
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> relay.statistics().held() == 0);
        }
        return store.lastFetch();
    }

    private static Cost cost(LoadDatabase database, Fetch fetch) {
        long before = reads(database);
        try (HikariDataSource pool = database.onlyConnection()) {
            JdbcOutbox.on(pool).store().fetch(fetch);
        }
        long counted = reads(database) - before;
        return new Cost(ExplainedFetch.rowsRead(database, fetch), counted);
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
