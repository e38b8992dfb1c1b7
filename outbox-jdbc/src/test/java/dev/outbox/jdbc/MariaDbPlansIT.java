package dev.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.spi.DeadLetterQuery;
import dev.outbox.spi.DueFetch;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which index the statements of MariaDB take, whatever its statistics say: the tables were empty when it took them. */
class MariaDbPlansIT {
    private static final int LETTERS = 10_000;
    private static final int KEYS = 1_000;

    @RegisterExtension
    final MariaDbDatabase database = new MariaDbDatabase();

    private final JdbcOutbox outbox = database.outbox();
    private final DeadLetterSql sql = new MysqlDeadLetterSql(MysqlFlavor.MARIADB);

    @BeforeEach
    void fill() {
        database.execute("INSERT INTO " + database.table("outbox_dead_letter")
                + " (consumer, id, destination, message_key, type, content_type, created_at, payload, reason, attempts, last_error)"
                + " SELECT '', CONCAT('id-', seq), 'd', CONCAT('k-', seq MOD " + KEYS
                + "), 't', 'c', UTC_TIMESTAMP(6), 'x', 'REJECTED', 1, '' FROM seq_1_to_" + LETTERS);
    }

    /** How many rows each way of reading has read for {@code query}. */
    private Map<String, Long> reads(String statement, DeadLetterQuery query) throws SQLException {
        String planned = database.options().names().resolve(sql.planned(statement, query));
        try (Connection connection = database.dataSource().getConnection();
                PreparedStatement select = connection.prepareStatement(planned)) {
            bind(select, query, statement.equals(sql.count()) ? 8 : 9);
            Map<String, Long> before = handlers(connection);
            try (ResultSet rows = select.executeQuery()) {
                assertThat(rows.next()).isTrue();
            }
            Map<String, Long> reads = handlers(connection);
            reads.replaceAll((name, count) -> count - before.getOrDefault(name, 0L));
            return reads;
        }
    }

    private static void bind(PreparedStatement select, DeadLetterQuery query, int parameters) throws SQLException {
        @Nullable
        Object[] values = {
            query.numberAbove(),
            query.number().orElse(null),
            query.messageId().orElse(null),
            query.destination().orElse(null),
            query.key().orElse(null),
            null,
            null,
            null,
            query.limit()
        };
        for (int i = 0; i < parameters; i++) {
            select.setObject(i + 1, values[i]);
        }
    }

    private static Map<String, Long> handlers(Connection connection) throws SQLException {
        Map<String, Long> counts = new HashMap<>();
        try (PreparedStatement select = connection.prepareStatement("SHOW SESSION STATUS LIKE 'Handler_read%'");
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                counts.put(rows.getString(1), rows.getLong(2));
            }
        }
        return counts;
    }

    private long read(String statement, DeadLetterQuery query) throws SQLException {
        return reads(statement, query).values().stream()
                .mapToLong(count -> count)
                .sum();
    }

    @Test
    void aDeadLetterOfAnIdIsFoundWithoutReadingTheOthers() throws SQLException {
        DeadLetterQuery query = DeadLetterQuery.all().messageId("id-" + LETTERS).limit(100);
        for (String statement : new String[] {sql.list(), sql.count(), sql.lock()}) {
            assertThat(read(statement, query)).isLessThan(50);
        }
        assertThat(outbox.deadLetters().list(query)).hasSize(1);
        assertThat(outbox.deadLetters().count(query)).isEqualTo(1);
    }

    @Test
    void deadLettersOfAKeyAreFoundWithoutReadingTheOthers() throws SQLException {
        DeadLetterQuery query =
                DeadLetterQuery.all().destination("d").key("k-7").limit(100);
        for (String statement : new String[] {sql.list(), sql.count(), sql.lock()}) {
            assertThat(read(statement, query)).isLessThan(5L * LETTERS / KEYS + 50);
        }
        assertThat(outbox.deadLetters().list(query))
                .hasSize(LETTERS / KEYS)
                .isSortedAccordingTo((a, b) -> Long.compare(a.number(), b.number()));
        assertThat(outbox.deadLetters().redrive(query)).isEqualTo(LETTERS / KEYS);
    }

    @Test
    void aDeadLetterOfANumberIsFoundWithoutReadingTheOthers() throws SQLException {
        long number = database.number("SELECT MAX(number) FROM " + database.table("outbox_dead_letter"));
        assertThat(read(sql.lock(), DeadLetterQuery.number(number))).isLessThan(50);
    }

    /** Of a destination there may be very many: they are read in the order of their numbers, not sorted, and no more are locked than were asked for. */
    @Test
    void deadLettersOfADestinationAreReadInTheirOrderUpToTheLimit() throws SQLException {
        DeadLetterQuery query = DeadLetterQuery.all().destination("d").limit(100);
        assertThat(read(sql.list(), query)).isLessThan(150);
        assertThat(read(sql.lock(), query)).isLessThan(150);
    }

    /** Tables of the version before have no index on keys. */
    @Test
    void withoutTheIndexThatVersionTwoAddsDeadLettersOfAKeyAreFoundAllTheSame() {
        database.execute("DROP INDEX outbox_dead_letter_key ON " + database.table("outbox_dead_letter"));
        DeadLetterQuery query =
                DeadLetterQuery.all().destination("d").key("k-7").limit(100);
        assertThat(outbox.deadLetters().list(query)).hasSize(LETTERS / KEYS);
        assertThat(outbox.deadLetters().count(query)).isEqualTo(LETTERS / KEYS);
        assertThat(outbox.deadLetters().redrive(query)).isEqualTo(LETTERS / KEYS);
    }

    /** What stands behind a row that has failed will probably not go, and would be loaded for nothing. */
    @Test
    void onlyARowThatHasNotFailedBringsThoseBehindIt() {
        for (int attempts = 0; attempts < 2; attempts++) {
            for (int position = 1; position <= 3; position++) {
                database.execute("INSERT INTO " + database.table("outbox_parked")
                        + " (slot, position, id, destination, message_key, type, content_type, created_at, payload, reason,"
                        + " blocking, attempts, last_delay_micros, last_error, available_at) VALUES (1, "
                        + (10 * attempts + position) + ", '" + attempts + "-" + position + "', 'd', 'k" + attempts
                        + "', 't', 'c', UTC_TIMESTAMP(6), 'x', 'RETRY', 1, " + attempts + ", 0, '', "
                        + (position == 1 ? "UTC_TIMESTAMP(6)" : "NULL") + ")");
            }
        }
        assertThat(outbox.store()
                        .fetchDue(new DueFetch(Set.of(1), 10, 20, Map.of(), 1_000_000))
                        .due())
                .extracting(due -> due.head().attempts() + ":" + due.followers().size())
                .containsExactlyInAnyOrder("0:2", "1:0");
    }
}
