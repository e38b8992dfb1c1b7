package dev.outbox.faults.pipeline;

import com.zaxxer.hikari.HikariDataSource;
import dev.outbox.jdbc.JdbcOutbox;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The database: what was published, what came of it, and what is not as it should be. */
final class Books implements AutoCloseable {
    private static final int SHOWN = 5;
    private static final int BOUND_MILLIS = 60_000;

    private final HikariDataSource pool;
    private final JdbcOutbox outbox;

    /** The books of a new database, whose tables it makes. */
    Books(Place place) {
        this(place, "test");
        pool.setConnectionTimeout(BOUND_MILLIS); // a busy machine is no outage
        outbox.schema().apply();
        for (String table : place.kind().tables().split(";")) {
            execute(table);
        }
    }

    private Books(Place place, String name) {
        this.pool = place.pool(name);
        this.outbox = JdbcOutbox.on(pool);
    }

    /** Those that are kept there, for the process of that name. */
    static Books at(Place place, String name) {
        return new Books(place, name);
    }

    JdbcOutbox outbox() {
        return outbox;
    }

    /** About how many effects there are, at once: rolled back ones count too. */
    long progress() {
        return number("SELECT coalesce(max(number), 0) FROM effect");
    }

    long effects(String consumer) {
        return number("SELECT count(*) FROM effect WHERE consumer = '" + consumer + "'");
    }

    long count(String table) {
        return number("SELECT count(*) FROM " + table);
    }

    /** The highest sequence of each key that begins with {@code prefix}. */
    Map<String, Long> sequences(String prefix) {
        Map<String, Long> highest = new HashMap<>();
        for (String line :
                column("SELECT concat(message_key, ' ', max(sequence)) FROM published WHERE message_key LIKE '" + prefix
                        + "%' GROUP BY message_key")) {
            int space = line.indexOf(' ');
            highest.put(line.substring(0, space), Long.parseLong(line.substring(space + 1)));
        }
        return highest;
    }

    /** The number of the latest message that is published. */
    long lastPublished() {
        return number("SELECT coalesce(max(number), 0) FROM published");
    }

    /** Whether all messages with numbers above {@code from} and up to {@code to} have an effect or a dead letter; looks no further than the first that has not. */
    boolean areHandled(long from, long to) {
        return column("""
                SELECT p.number FROM published p WHERE p.number > %d AND p.number <= %d
                AND NOT EXISTS (SELECT 1 FROM effect e WHERE e.message_id = p.message_id)
                AND NOT EXISTS (SELECT 1 FROM outbox_dead_letter d WHERE d.id = p.message_id)
                ORDER BY p.number LIMIT 1
                """.formatted(from, to)).isEmpty();
    }

    /** How many of the messages with numbers above {@code from} and up to {@code to} have neither an effect nor a dead letter. */
    long unhandled(long from, long to) {
        return number("""
                SELECT count(*) FROM published p WHERE p.number > %d AND p.number <= %d
                AND NOT EXISTS (SELECT 1 FROM effect e WHERE e.message_id = p.message_id)
                AND NOT EXISTS (SELECT 1 FROM outbox_dead_letter d WHERE d.id = p.message_id)
                """.formatted(from, to));
    }

    /** What is not as it should be when {@code consumer} has handled everything; a line each, the first few of each kind. */
    List<String> wrong(String consumer) {
        return violations(consumer).entrySet().stream()
                .map(entry -> entry.getKey().text() + ": " + entry.getValue())
                .toList();
    }

    /** The same by kinds. */
    Map<Violation, String> violations(String consumer) {
        String effects = "(SELECT * FROM effect WHERE consumer = '" + consumer + "')";
        Map<Violation, String> wrong = new EnumMap<>(Violation.class);
        note(wrong, Violation.LOST, """
                SELECT p.message_key, p.sequence FROM published p LEFT JOIN %s e USING (message_key, sequence)
                WHERE e.number IS NULL AND NOT EXISTS (SELECT 1 FROM outbox_dead_letter d WHERE d.id = p.message_id)
                """.formatted(effects));
        note(wrong, Violation.PHANTOM, """
                SELECT e.message_key, e.sequence FROM %s e LEFT JOIN published p ON p.message_id = e.message_id
                WHERE p.message_id IS NULL
                """.formatted(effects));
        note(
                wrong,
                Violation.DOUBLED,
                "SELECT message_key, sequence FROM " + effects
                        + " e GROUP BY message_key, sequence, message_id HAVING count(*) > 1");
        note(wrong, Violation.ALTERED, """
                SELECT e.message_key, e.sequence FROM %s e JOIN published p ON p.message_id = e.message_id
                WHERE e.hash <> p.hash OR e.message_key <> p.message_key OR e.sequence <> p.sequence
                """.formatted(effects));
        note(wrong, Violation.REORDERED, """
                SELECT message_key, sequence FROM (
                    SELECT e.*, max(sequence) OVER (PARTITION BY message_key ORDER BY number) AS highest FROM %s e) ordered
                WHERE sequence < highest
                """.formatted(effects));
        return wrong;
    }

    /** Dead letters of messages that no handler refuses, and why they are ones. */
    List<String> deadWithoutCause() {
        return column("""
                SELECT concat(p.message_key, '#', p.sequence, ' ', d.reason, ' after ', d.attempts, ': ', d.last_error)
                FROM outbox_dead_letter d JOIN published p ON p.message_id = d.id WHERE p.type <> 'rejected'
                """);
    }

    /** What is left of the outbox and of consumers' deliveries; dead letters too. */
    List<String> leftOver() {
        List<String> left = new ArrayList<>();
        for (String table :
                List.of("outbox_message", "outbox_parked", "inbox_parked", "inbox_attempt", "outbox_dead_letter")) {
            long rows = count(table);
            if (rows > 0) {
                left.add(rows + " in " + table);
            }
        }
        return left;
    }

    private void note(Map<Violation, String> wrong, Violation violation, String query) {
        List<String> found = column("SELECT concat(message_key, '#', sequence) FROM (" + query + ") found");
        if (!found.isEmpty()) {
            wrong.put(violation, shown(found));
        }
    }

    /** The first few. */
    static String shown(List<String> found) {
        return found.size() > SHOWN
                ? found.subList(0, SHOWN) + " and " + (found.size() - SHOWN) + " more"
                : found.toString();
    }

    void execute(String sql) {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException("cannot execute " + sql, e);
        }
    }

    long number(String query) {
        return Long.parseLong(column(query).get(0));
    }

    /** The texts that a query finds. */
    List<String> column(String query) {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                found.add(rows.getString(1));
            }
            return found;
        } catch (SQLException e) {
            throw new IllegalStateException("cannot run " + query, e);
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}
