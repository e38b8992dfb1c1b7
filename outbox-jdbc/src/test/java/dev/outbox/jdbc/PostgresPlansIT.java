package dev.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.outbox.Message;
import dev.outbox.spi.Change;
import dev.outbox.spi.DeadReason;
import dev.outbox.spi.DeliveryStore;
import dev.outbox.spi.DueFetch;
import dev.outbox.spi.DueFetched;
import dev.outbox.spi.Fetch;
import dev.outbox.spi.Fetched;
import dev.outbox.spi.Heartbeat;
import dev.outbox.spi.KeyRef;
import dev.outbox.spi.LeaseTable;
import dev.outbox.spi.OutboxStore;
import dev.outbox.spi.ParkReason;
import dev.outbox.spi.Reader;
import dev.outbox.spi.RowRef;
import dev.outbox.spi.Settlement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Statements of a connection are prepared while the tables are empty, vacuumed and analyzed, which is when a planner likes to read whole tables; then a hundred
 * thousand rows come in, and statistics stay as they were.
 */
class PostgresPlansIT {
    private static final int BACKLOG = 100_000;
    private static final int LIMIT = 100;

    @RegisterExtension
    final PostgresDatabase database = new PostgresDatabase();

    private final JdbcOutbox tables = database.outbox();

    private static Fetch general(Set<KeyRef> excluded) {
        Reader reader = new Reader(1, 0, 0, LIMIT, null, null);
        return new Fetch(List.of(reader), Set.of(), excluded, List.of(), 1_000_000);
    }

    private void fill(String key) {
        fill(key, BACKLOG);
    }

    private void fill(String key, int rows) {
        database.execute("INSERT INTO " + database.table("outbox_message")
                + " (slot, id, destination, message_key, type, content_type, payload) SELECT 1, 'id-' || i, 'd', " + key
                + ", 't', 'c', 'x' FROM generate_series(1, " + rows + ") AS i");
    }

    /** A connection that was closed hands its counts over a moment later. */
    private void awaitStatistics(String table, String column, long rows) {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (scanned(table, column) < rows) {
            assertThat(System.nanoTime()).as("statistics come within a minute").isLessThan(deadline);
            Passing.pass(Duration.ofMillis(20));
        }
    }

    private long scanned(String table, String column) {
        return database.number("SELECT coalesce(" + column + ", 0) FROM pg_stat_user_tables WHERE relid = '"
                + database.table(table) + "'::regclass");
    }

    private void emptyAndAnalyzed() {
        for (String table : List.of("outbox_message", "outbox_parked", "inbox_parked")) {
            database.execute("ALTER TABLE " + database.table(table) + " SET (autovacuum_enabled = false)");
            database.execute("VACUUM ANALYZE " + database.table(table));
        }
    }

    /** Runs every frequent statement on one connection until its plan is kept. */
    private Fetched run(OutboxStore store, Fetch fetch, int times) {
        Fetched fetched = store.fetch(fetch);
        for (int i = 1; i < times; i++) {
            fetched = store.fetch(fetch);
        }
        return fetched;
    }

    @Test
    void g12_aFetchReadsNoMoreThanItsWindow() {
        emptyAndAnalyzed();
        try (HikariDataSource pool = PostgresDatabase.pool(config -> config.setMaximumPoolSize(1))) {
            OutboxStore store = JdbcOutbox.on(pool, database.options()).store();
            Set<KeyRef> hot = Set.of(new KeyRef("d", "hot"));
            run(store, general(Set.of()), 10);
            run(store, general(hot), 10);
            fill("'hot'");
            assertThat(run(store, general(Set.of()), 1).readers().get(0).rows()).hasSize(LIMIT);
            Fetched filtered = run(store, general(hot), 1);
            assertThat(filtered.readers().get(0).rows()).isEmpty();
            assertThat(filtered.readers().get(0).scannedThrough()).isLessThan(BACKLOG);
        }
        awaitStatistics("outbox_message", "idx_tup_fetch", LIMIT + 10 * LIMIT);
        assertThat(scanned("outbox_message", "idx_tup_fetch"))
                .as("rows fetched: the limit, twice the window, and what filling read")
                .isLessThan(LIMIT + 2 * 10 * LIMIT + 100);
        assertThat(scanned("outbox_message", "seq_tup_read")).isLessThan(5_000);
    }

    /** Both statements that a fetch may be: the one for when nothing is parked, and the one for when something was. */
    @Test
    void g10_aMillionParkedRowsAreNotReadToKnowWhichKeysAreBlocked() {
        emptyAndAnalyzed();
        try (HikariDataSource pool = PostgresDatabase.pool(config -> config.setMaximumPoolSize(1))) {
            OutboxStore store = JdbcOutbox.on(pool, database.options()).store();
            run(store, general(Set.of()), 10);
            fill("'k'", 1);
            parkBehind("another", 1);
            run(store, general(Set.of()), 10);
            database.execute("TRUNCATE " + database.table("outbox_parked"));
            fill("'k'");
            parkBehind("hot");
            database.execute("UPDATE " + database.table("outbox_parked") + " SET message_key = id");
            assertThat(run(store, general(Set.of()), 2).readers().get(0).rows()).hasSize(LIMIT);
        }
        awaitStatistics("outbox_message", "idx_tup_fetch", 2 * LIMIT);
        awaitStatistics("outbox_parked", "seq_tup_read", BACKLOG);
        assertThat(scanned("outbox_parked", "seq_tup_read"))
                .as("the update of this test")
                .isEqualTo(BACKLOG);
        assertThat(scanned("outbox_parked", "idx_tup_fetch")).isLessThan(5_000);
    }

    @Test
    void g12_settlingAndCompletingReadNoMoreThanTheirRows() {
        emptyAndAnalyzed();
        try (HikariDataSource pool = PostgresDatabase.pool(config -> config.setMaximumPoolSize(1))) {
            OutboxStore store = JdbcOutbox.on(pool, database.options()).store();
            LeaseTable table = store.heartbeat(new Heartbeat("a", Duration.ofHours(1), Map.of(), Set.of(1), Map.of()));
            Map<Integer, Long> epochs = Map.of(1, table.leases().get(1).epoch());
            RowRef gone = new RowRef(1, -1, "gone");
            Change park = new Change.Park(gone, ParkReason.BEHIND, 0, Duration.ZERO, "");
            Change bury = new Change.Bury(gone, DeadReason.REJECTED, 1, "");
            Change again = new Change.Reschedule(gone, ParkReason.RETRY, 1, Duration.ZERO, "");
            for (int i = 0; i < 10; i++) {
                store.settle(new Settlement("a", epochs, List.of(park, bury, again)));
                store.complete(List.of(gone));
            }
            fill("'key-' || i");
            store.settle(new Settlement("a", epochs, List.of(park, bury, again)));
            store.complete(List.of(gone));
            store.complete(List.of(new RowRef(1, 5, "id-5"), new RowRef(1, 6, "another id")));
        }
        awaitStatistics("outbox_message", "idx_tup_fetch", 1);
        assertThat(scanned("outbox_message", "idx_tup_fetch")).isLessThan(100);
        assertThat(scanned("outbox_message", "seq_tup_read")).isLessThan(100);
        assertThat(database.count("outbox_message")).isEqualTo(BACKLOG - 1);
    }

    @Test
    void g10_dueRowsAreFoundWithoutReadingThoseThatWait() {
        emptyAndAnalyzed();
        try (HikariDataSource pool = PostgresDatabase.pool(config -> config.setMaximumPoolSize(1))) {
            OutboxStore store = JdbcOutbox.on(pool, database.options()).store();
            DueFetch fetch = new DueFetch(Set.of(1, 2), 10, 10, Map.of(), 1_000_000);
            for (int i = 0; i < 10; i++) {
                store.fetchDue(fetch);
                store.depth(100);
            }
            parkBehind("hot");
            database.execute("UPDATE " + database.table("outbox_parked")
                    + " SET available_at = now(), reason = 'RETRY' WHERE id = 'p-" + BACKLOG + "'");
            DueFetched due = store.fetchDue(fetch);
            assertThat(due.due()).hasSize(1);
            assertThat(due.due().get(0).followers()).hasSize(10);
            assertThat(store.depth(100).parked()).isEqualTo(100);
            RowRef head = due.due().get(0).head().stored().row();
            store.complete(List.of(head));
            assertThat(store.fetchDue(fetch).due()).hasSize(1);
        }
        awaitStatistics("outbox_parked", "idx_tup_fetch", 1);
        assertThat(scanned("outbox_parked", "idx_tup_fetch")).isLessThan(1_000);
        assertThat(scanned("outbox_parked", "seq_tup_read"))
                .as("the update of this test")
                .isLessThanOrEqualTo(BACKLOG + 200);
    }

    private void parkBehind(String key) {
        parkBehind(key, BACKLOG);
    }

    private void parkBehind(String key, int rows) {
        database.execute("INSERT INTO " + database.table("outbox_parked")
                + " (slot, position, id, destination, message_key, type, content_type, created_at, payload, reason,"
                + " blocking, attempts, last_delay_micros, last_error)"
                + " SELECT 1, -i, 'p-' || i, 'd', '" + key + "', 't', 'c', now(), 'x', 'BEHIND', true, 0, 0, ''"
                + " FROM generate_series(1, " + rows + ") AS i");
    }

    @Test
    void g10_aConsumersDueRowsAreFoundWithoutReadingThoseThatWait() {
        emptyAndAnalyzed();
        try (HikariDataSource pool = PostgresDatabase.pool(config -> config.setMaximumPoolSize(1))) {
            DeliveryStore store = JdbcOutbox.on(pool, database.options()).deliveries();
            DeliveryStore.ConsumerKey key = new DeliveryStore.ConsumerKey("c", new KeyRef("d", "hot"));
            for (int i = 0; i < 10; i++) {
                handleOne(store, key, Message.to("d").key("hot").text("x"));
            }
            database.execute("INSERT INTO " + database.table("inbox_parked")
                    + " (consumer, id, destination, message_key, type, content_type, created_at, payload, attempts, lapses,"
                    + " last_delay_micros, last_error)"
                    + " SELECT 'c', 'p-' || i, 'd', 'hot', 't', 'c', now(), 'x', 0, 0, 0, ''"
                    + " FROM generate_series(1, " + BACKLOG + ") AS i");
            handleOne(store, key, Message.to("d").key("other").text("x"));
            assertThat(store.blocked(List.of(key))).containsExactly(key);
        }
        awaitStatistics("inbox_parked", "idx_tup_fetch", 1);
        assertThat(scanned("inbox_parked", "idx_tup_fetch")).isLessThan(1_000);
        assertThat(scanned("inbox_parked", "seq_tup_read")).isLessThan(1_000);
    }

    private static void handleOne(DeliveryStore store, DeliveryStore.ConsumerKey key, Message message) {
        Set<String> consumers = Set.of("c");
        store.blocked(List.of(key));
        store.parkBehind(List.of(new DeliveryStore.Delivery("c", message, Instant.EPOCH)));
        store.nextDueNanos(consumers);
        long number =
                store.claimDue("i", consumers, 10, Duration.ofHours(1)).get(0).number();
        store.renew("i", List.of(number), Duration.ofHours(1));
        store.unclaim("i", List.of(number));
        store.claimDue("i", consumers, 10, Duration.ofHours(1));
        store.complete("i", number);
        store.bury("i", number, DeadReason.REJECTED, 1, "");
    }

    @Test
    void g12_anInspectionReadsNoMoreThanItsBoundAndItsKeys() {
        emptyAndAnalyzed();
        try (HikariDataSource pool = PostgresDatabase.pool(config -> config.setMaximumPoolSize(1))) {
            Inspection inspection = JdbcOutbox.on(pool, database.options()).inspection();
            for (int i = 0; i < 10; i++) {
                inspection.census(100);
                inspection.blockedKeys(10);
            }
            parkBehind("hot");
            database.execute(
                    "UPDATE " + database.table("outbox_parked") + " SET message_key = id WHERE position > -50");
            assertThat(inspection.blockedKeys(60))
                    .hasSize(50)
                    .anySatisfy(key -> assertThat(key.waiting()).isEqualTo(Inspection.MAX_WAITING));
            assertThat(inspection.census(100).parked()).isEqualTo(Map.of(ParkReason.BEHIND, 100L));
        }
        awaitStatistics("outbox_parked", "idx_tup_fetch", Inspection.MAX_WAITING);
        assertThat(scanned("outbox_parked", "idx_tup_fetch"))
                .as("rows of the hot key up to the bound, and few of each other")
                .isLessThan(Inspection.MAX_WAITING + 1_000);
        assertThat(scanned("outbox_parked", "seq_tup_read"))
                .as("the update of this test, and counts up to their bound")
                .isLessThanOrEqualTo(BACKLOG + 500);
    }
}
