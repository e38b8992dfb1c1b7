package dev.outbox.faults.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outbox.relay.Relay;
import dev.outbox.testservers.Bars;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A transaction that reads stays open in MariaDB while a thousand messages a second are published and sent. It keeps all deleted rows in the table, and each read of the relay walks over them: reads may
 * become slower, but not take more than their share of the time, and order holds (G3).
 *
 * <p>In the default run for twelve seconds after 200,000 rows were deleted behind its back, with {@code -Dlong=true} for five minutes without such rows. What share of the time reads may take is demanded
 * with {@code -Doutbox.bars} only, because a machine that leaves a read a second shows nothing; the simulation demands it always.
 */
@Timeout(600)
class MariaDbOpenTransactionLoadIT {
    private static final boolean LONG = Boolean.getBoolean("long");
    private static final Duration OPEN = Duration.ofSeconds(LONG ? 300 : 12);
    private static final Duration WINDOW = Duration.ofSeconds(LONG ? 20 : 6);
    private static final int PER_SECOND = 1_000;
    private static final int DELETED = 200_000;
    private static final List<String> KEYS = Backlog.keys("key", 200);

    @Test
    void g3_anOldSnapshotCostsTimeWithinABoundAndNoOrder() throws SQLException {
        try (MariaDbLoadDatabase database = new MariaDbLoadDatabase()) {
            Sink sink = Sink.confirming();
            MeasuredStore store = new MeasuredStore(database.outbox().store());
            try (Connection reader = database.pool().getConnection()) {
                holdSnapshot(reader);
                if (!LONG) {
                    deleteMany(database);
                }
                run(database, sink, store);
                reader.rollback();
            }
            assertThat(sink.arrivals().disorder()).isEmpty();
        }
    }

    private static void run(MariaDbLoadDatabase database, Sink sink, MeasuredStore store) {
        try (Relay relay = Relay.from(store).to(sink).start();
                Traffic traffic = Traffic.start(database.outbox(), "d", KEYS, PER_SECOND)) {
            long begin = System.nanoTime();
            Passing.pass(OPEN);
            long end = begin + OPEN.toNanos();
            double[] first = store.fetchMillis(begin, begin + WINDOW.toNanos());
            double[] last = store.fetchMillis(end - WINDOW.toNanos(), end);
            double share = Arrays.stream(last).sum() / WINDOW.toMillis();
            Figures.print(
                    "MariaDB, open reader, %d s: fetches p50 %.2f ms at first, %.2f ms at last, %d in the last %d s, %.3f of the time; %d arrived",
                    OPEN.toSeconds(),
                    Figures.percentile(50, first),
                    Figures.percentile(50, last),
                    last.length,
                    WINDOW.toSeconds(),
                    share,
                    sink.arrivals().count());
            assertThat(share).as("of the time is spent reading").isLessThanOrEqualTo(Bars.atMost(0.1, 2));
            traffic.stop();
            awaitAll(sink, traffic.published());
            assertThat(relay.statistics().dead()).isZero();
        }
    }

    /** As if a relay had sent them a while ago. */
    private static void deleteMany(MariaDbLoadDatabase database) {
        database.execute("INSERT INTO outbox_message (slot, id, destination, message_key, type, content_type, payload)"
                + " SELECT seq MOD 64, CONCAT('deleted#', seq), 'd', CONCAT('deleted-', seq MOD 64), 'Loaded', 'text/plain',"
                + " 'x' FROM seq_1_to_" + DELETED);
        database.execute("DELETE FROM outbox_message WHERE id LIKE 'deleted#%'");
    }

    private static void holdSnapshot(Connection reader) throws SQLException {
        reader.setAutoCommit(false);
        reader.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        try (Statement statement = reader.createStatement()) {
            statement.execute("SELECT COUNT(*) FROM outbox_message");
        }
    }

    private static void awaitAll(Sink sink, long messages) {
        await("everything published has arrived")
                .atMost(Duration.ofMinutes(2))
                .until(() -> sink.arrivals().count() == messages);
    }
}
