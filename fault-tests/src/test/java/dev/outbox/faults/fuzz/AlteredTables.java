package dev.outbox.faults.fuzz;

import dev.outbox.jdbc.JdbcOutbox;
import dev.outbox.spi.Slot;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.h2.jdbcx.JdbcConnectionPool;

/** Tables of an outbox in H2, in memory, whose rows somebody writes by hand: whatever a column takes may stand in it. */
final class AlteredTables implements AutoCloseable {
    private static final String ENVELOPE =
            "id, destination, message_key, type, content_type, headers, correlation_id, causation_id, not_before,"
                    + " created_at, payload";
    private static final int ENVELOPE_COLUMNS = 11;
    private static final int LONGEST_NAME = 255;
    private static final String[] HEADERS = {
        "a:b\n", "a:b", ":\n", "a\n", "\n", "ce_id:x\n", "a:b\nc", "a:\u0007\n", "a:b\r\n", "a b:c\n", "a:1\na:2\n"
    };
    private static final String[] TIMES = {
        "2024-01-01 00:00:00+00", "0001-01-01 00:00:00+00", "1970-01-01 00:00:00-18", "2026-01-01 00:00:00.000001+00"
    };
    private static final String[] FAR_TIMES = {"9999-12-31 00:00:00+00", "200000-01-01 00:00:00+00"};
    private static final String[] IMPOSSIBLE_TIMES = {"1000000000-12-31 00:00:00+00", "-1000000000-01-01 00:00:00+00"};

    private final String url;
    private final JdbcConnectionPool pool;
    private final JdbcOutbox outbox;

    AlteredTables(String name) {
        url = "jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1";
        pool = JdbcConnectionPool.create(url, "sa", "");
        outbox = JdbcOutbox.on(pool);
        outbox.schema().apply();
    }

    String url() {
        return url;
    }

    JdbcOutbox outbox() {
        return outbox;
    }

    /** Writes rows that the relay, its retries and a consumer find. */
    void fill(SplittableRandom random, int rows) throws SQLException {
        insert(
                random,
                rows,
                "outbox_message (slot, " + ENVELOPE + ")",
                (row, index) -> {
                    row.setInt(1, slot(index));
                    envelope(row, 2, index);
                },
                1 + ENVELOPE_COLUMNS);
    }

    private interface Binding {
        void bind(PreparedStatement row, SplittableRandom random) throws SQLException;
    }

    private void insert(SplittableRandom random, int rows, String into, Binding binding, int columns)
            throws SQLException {
        String sql = "INSERT INTO " + into + " VALUES (" + "?, ".repeat(columns - 1) + "?)";
        try (Connection connection = pool.getConnection();
                PreparedStatement row = connection.prepareStatement(sql)) {
            connection.setAutoCommit(false);
            for (int i = 0; i < rows; i++) {
                binding.bind(row, random.split());
                row.addBatch();
            }
            row.executeBatch();
            connection.commit();
        }
    }

    /** Writes rows to {@code outbox_parked}, all of them due. */
    void fillParked(SplittableRandom random, int rows) throws SQLException {
        String into = "outbox_parked (slot, " + ENVELOPE
                + ", position, reason, blocking, attempts, available_at, first_failed_at, last_delay_micros,"
                + " last_error)";
        insert(
                random,
                rows,
                into,
                (row, one) -> {
                    row.setInt(1, slot(one));
                    envelope(row, 2, one);
                    int next = 2 + ENVELOPE_COLUMNS;
                    row.setLong(next++, -1 - (one.nextLong() >>> 1));
                    row.setString(
                            next++, Hostile.one(one, "RETRY", "SUSPECT", "BEHIND", "SCHEDULED", "", "retry", "x"));
                    row.setBoolean(next++, one.nextBoolean());
                    row.setInt(next++, Hostile.once(one, 4) ? (int) Hostile.number(one) : one.nextInt(8));
                    row.setString(next++, TIMES[one.nextInt(TIMES.length)]);
                    row.setString(next++, Hostile.once(one, 3) ? null : TIMES[one.nextInt(TIMES.length)]);
                    row.setLong(next++, Hostile.number(one));
                    row.setString(next, cut(Hostile.text(one)));
                },
                1 + ENVELOPE_COLUMNS + 8);
    }

    /** Writes rows to {@code inbox_parked}, for {@code consumer}. */
    void fillInbox(SplittableRandom random, int rows, String consumer) throws SQLException {
        String into = "inbox_parked (consumer, " + ENVELOPE
                + ", attempts, available_at, claimed_by, claimed_until, lapses, last_delay_micros, last_error)";
        insert(
                random,
                rows,
                into,
                (row, one) -> {
                    row.setString(1, consumer);
                    envelope(row, 2, one);
                    row.setString(2, Long.toHexString(one.nextLong()) + (Hostile.once(one, 20) ? "\u0007" : ""));
                    int next = 2 + ENVELOPE_COLUMNS;
                    row.setInt(next++, Hostile.once(one, 4) ? (int) Hostile.number(one) : one.nextInt(8));
                    row.setString(next++, TIMES[one.nextInt(TIMES.length)]);
                    boolean taken = Hostile.once(one, 30);
                    row.setString(next++, taken ? cut(Hostile.text(one)) : null);
                    row.setString(next++, taken ? TIMES[one.nextInt(TIMES.length)] : null);
                    row.setInt(next++, Hostile.once(one, 100) ? (int) Hostile.number(one) : 0);
                    row.setLong(next++, Hostile.number(one));
                    row.setString(next, cut(Hostile.text(one)));
                },
                1 + ENVELOPE_COLUMNS + 7);
    }

    /** Writes dead letters. */
    void fillDeadLetters(SplittableRandom random, int rows) throws SQLException {
        execute("DELETE FROM outbox_dead_letter");
        String into = "outbox_dead_letter (consumer, " + ENVELOPE + ", reason, attempts, last_error, died_at)";
        insert(
                random,
                rows,
                into,
                (row, one) -> {
                    row.setString(1, Hostile.once(one, 2) ? "" : cut(Hostile.text(one)));
                    envelope(row, 2, one);
                    int next = 2 + ENVELOPE_COLUMNS;
                    row.setString(next++, Hostile.one(one, "REJECTED", "STALE", "", "x", "ATTEMPTS_EXHAUSTED"));
                    row.setInt(next++, (int) Hostile.number(one));
                    row.setString(next++, cut(Hostile.text(one)));
                    row.setString(next, TIMES[one.nextInt(TIMES.length)]);
                },
                1 + ENVELOPE_COLUMNS + 4);
    }

    private static int slot(SplittableRandom random) {
        return random.nextInt(Slot.COUNT);
    }

    private static void envelope(PreparedStatement row, int first, SplittableRandom random) throws SQLException {
        boolean harmless = Hostile.once(random, 2);
        int next = first;
        row.setString(next++, name(random, harmless) + (harmless ? Long.toHexString(random.nextLong()) : ""));
        row.setString(next++, harmless ? Hostile.one(random, "orders", "invoices") : name(random, false));
        row.setString(next++, Hostile.once(random, 3) ? null : name(random, harmless));
        row.setString(next++, name(random, harmless));
        row.setString(next++, name(random, harmless));
        row.setString(next++, headers(random, harmless));
        row.setString(next++, Hostile.once(random, 2) ? null : name(random, harmless));
        row.setString(next++, Hostile.once(random, 2) ? null : name(random, harmless));
        row.setString(next++, harmless ? null : notBefore(random));
        row.setString(next++, created(random));
        row.setBytes(next, Hostile.secretBytes(random));
    }

    private static String headers(SplittableRandom random, boolean harmless) {
        if (harmless) {
            return Hostile.once(random, 2) ? null : "a:" + Hostile.CANARY + "\n";
        }
        return Hostile.once(random, 3) ? Hostile.secret(random) : Hostile.one(random, HEADERS);
    }

    private static String notBefore(SplittableRandom random) {
        return switch (random.nextInt(40)) {
            case 0 -> FAR_TIMES[random.nextInt(FAR_TIMES.length)];
            case 1 -> IMPOSSIBLE_TIMES[random.nextInt(IMPOSSIBLE_TIMES.length)];
            case 2, 3, 4, 5 -> TIMES[random.nextInt(TIMES.length)];
            default -> null;
        };
    }

    private static String created(SplittableRandom random) {
        return Hostile.once(random, 50)
                ? Hostile.one(random, IMPOSSIBLE_TIMES[0], IMPOSSIBLE_TIMES[1], FAR_TIMES[1])
                : TIMES[random.nextInt(TIMES.length)];
    }

    private static String name(SplittableRandom random, boolean harmless) {
        return harmless || Hostile.once(random, 2) ? Hostile.plain(random) : cut(Hostile.text(random));
    }

    private static String cut(String text) {
        return text.substring(0, Math.min(text.length(), LONGEST_NAME));
    }

    long count(String from) throws SQLException {
        return numbers("SELECT COUNT(*) FROM " + from).get(0);
    }

    List<Long> numbers(String query) throws SQLException {
        List<Long> numbers = new ArrayList<>();
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                numbers.add(rows.getLong(1));
            }
        }
        return numbers;
    }

    int execute(String sql) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        }
    }

    @Override
    public void close() {
        pool.dispose();
    }
}
