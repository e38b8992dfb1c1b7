package dev.outbox.faults.pipeline;

import com.zaxxer.hikari.HikariDataSource;
import dev.outbox.jdbc.JdbcOutbox;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** The database: what was published, what came of it, and what is not as it should be. */
final class Books implements AutoCloseable {
    private static final String TABLES = """
            CREATE TABLE published (
                message_key text NOT NULL, sequence bigint NOT NULL, hash text NOT NULL, message_id text NOT NULL, type text NOT NULL,
                PRIMARY KEY (message_key, sequence));
            CREATE TABLE effect (
                number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                consumer text NOT NULL, message_key text NOT NULL, sequence bigint NOT NULL, hash text NOT NULL,
                at timestamptz NOT NULL DEFAULT clock_timestamp());
            CREATE TABLE attempt (
                number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                message_id text NOT NULL, instance text NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp());
            CREATE TABLE mended (id int PRIMARY KEY);
            CREATE TABLE held (message_key text PRIMARY KEY);
            """;
    private static final int SHOWN = 5;
    private static final int BOUND_MILLIS = 60_000;

    private final HikariDataSource pool;
    private final JdbcOutbox outbox;

    Books(Place place) {
        this.pool = place.pool("test");
        pool.setConnectionTimeout(BOUND_MILLIS); // a busy machine is no outage
        this.outbox = JdbcOutbox.on(pool);
        outbox.schema().apply();
        execute(TABLES);
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

    /** What is not as it should be when {@code consumer} has handled everything; a line each, the first few of each kind. */
    List<String> wrong(String consumer) {
        String effects = "(SELECT * FROM effect WHERE consumer = '" + consumer + "')";
        List<String> wrong = new ArrayList<>();
        wrong.addAll(lines("lost", """
                SELECT p.message_key, p.sequence FROM published p LEFT JOIN %s e USING (message_key, sequence)
                WHERE e.number IS NULL AND NOT EXISTS (SELECT 1 FROM outbox_dead_letter d WHERE d.id = p.message_id)
                """.formatted(effects)));
        wrong.addAll(lines("handled although it was not published", """
                SELECT e.message_key, e.sequence FROM %s e LEFT JOIN published p USING (message_key, sequence)
                WHERE p.sequence IS NULL
                """.formatted(effects)));
        wrong.addAll(lines(
                "handled more than once",
                "SELECT message_key, sequence FROM " + effects + " e GROUP BY 1, 2 HAVING count(*) > 1"));
        wrong.addAll(lines("other bytes", """
                SELECT e.message_key, e.sequence FROM %s e JOIN published p USING (message_key, sequence) WHERE e.hash <> p.hash
                """.formatted(effects)));
        wrong.addAll(lines("after its successor", """
                SELECT message_key, sequence FROM (
                    SELECT *, max(sequence) OVER (PARTITION BY message_key ORDER BY number) AS highest FROM %s e) ordered
                WHERE sequence < highest
                """.formatted(effects)));
        return wrong;
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

    private List<String> lines(String what, String query) {
        List<String> found = column("SELECT message_key || '#' || sequence FROM (" + query + ") found");
        String shown = found.size() > SHOWN
                ? found.subList(0, SHOWN) + " and " + (found.size() - SHOWN) + " more"
                : found.toString();
        return found.isEmpty() ? List.of() : List.of(what + ": " + shown);
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
