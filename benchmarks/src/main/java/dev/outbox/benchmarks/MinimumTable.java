package dev.outbox.benchmarks;

import dev.outbox.Payload;
import dev.outbox.benchmarks.BenchmarkDatabase.Kind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The table of a {@link MinimumLoop}, and the fastest statements that its database has for it. Its primary key is its only index. */
final class MinimumTable {
    static final int BATCH = 5_000;

    private static final String COLUMNS = """
            id           varchar(255) NOT NULL,
            destination  varchar(255) NOT NULL,
            message_key  varchar(255),
            type         varchar(255) NOT NULL,
            content_type varchar(255) NOT NULL,
            """;

    private static final String INSERT = """
            INSERT INTO minimum_message (id, destination, message_key, type, content_type, payload)
            VALUES (?, ?, ?, ?, ?, ?)
            """;

    private static final String SELECT = """
            SELECT position, id, destination, message_key, type, payload
            FROM minimum_message WHERE position > ? ORDER BY position LIMIT %d""".formatted(BATCH);

    private final BenchmarkDatabase database;

    /** What is read of a message. */
    record Row(long position, String id, String destination, String key, String type, Payload payload) {}

    MinimumTable(BenchmarkDatabase database) {
        this.database = database;
        database.execute("DROP TABLE IF EXISTS minimum_message", create(database.kind()));
    }

    private static String create(Kind kind) {
        return switch (kind) {
            case POSTGRESQL -> """
                    CREATE TABLE minimum_message (
                        position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, %s
                        payload bytea NOT NULL,
                        created_at timestamp with time zone NOT NULL DEFAULT CURRENT_TIMESTAMP)
                    """.formatted(COLUMNS);
            case H2 -> """
                    CREATE TABLE minimum_message (
                        position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, %s
                        payload varbinary(1000000) NOT NULL,
                        created_at timestamp with time zone NOT NULL DEFAULT CURRENT_TIMESTAMP)
                    """.formatted(COLUMNS);
            case MARIADB -> """
                    CREATE TABLE minimum_message (
                        position bigint AUTO_INCREMENT PRIMARY KEY, %s
                        payload longblob NOT NULL,
                        created_at datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6))
                    ENGINE = InnoDB CHARACTER SET utf8mb4
                    """.formatted(COLUMNS);
            case SQLITE -> """
                    CREATE TABLE minimum_message (
                        position integer PRIMARY KEY AUTOINCREMENT, %s
                        payload blob NOT NULL,
                        created_at text NOT NULL DEFAULT CURRENT_TIMESTAMP)
                    """.formatted(COLUMNS);
        };
    }

    Connection connect() throws SQLException {
        return database.pool().getConnection();
    }

    void fill(Workload workload) {
        database.empty("minimum_message");
        try (Connection connection = connect();
                PreparedStatement statement = connection.prepareStatement(INSERT)) {
            connection.setAutoCommit(false);
            for (int i = 0; i < workload.messages(); i++) {
                var message = workload.message(i);
                statement.setString(1, message.id());
                statement.setString(2, message.destination());
                statement.setString(3, message.key().orElse(null));
                statement.setString(4, message.type());
                statement.setString(5, message.contentType());
                statement.setBytes(6, message.payload().sharedBytes());
                statement.addBatch();
                if (i % BATCH == BATCH - 1) {
                    statement.executeBatch();
                }
            }
            statement.executeBatch();
            connection.commit();
        } catch (SQLException e) {
            throw new IllegalStateException("cannot fill the minimum loop's table", e);
        }
    }

    /** The next rows, reading from {@code after} on; empty at the end. */
    List<Row> next(Connection connection, long after) throws SQLException {
        List<Row> batch = new ArrayList<>(BATCH);
        try (PreparedStatement select = connection.prepareStatement(SELECT)) {
            select.setLong(1, after);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    batch.add(new Row(
                            rows.getLong(1),
                            rows.getString(2),
                            rows.getString(3),
                            rows.getString(4),
                            rows.getString(5),
                            Payload.wrap(rows.getBytes(6))));
                }
            }
        }
        return batch;
    }

    /** Deletes just these rows, by their key, and commits. (By range it would be faster still, and delete rows that nobody has read.) */
    void delete(Connection connection, List<Row> batch) throws SQLException {
        Long[] positions = batch.stream().map(Row::position).toArray(Long[]::new);
        switch (database.kind()) {
            case POSTGRESQL -> deleteArray(connection, positions);
            case H2, SQLITE -> deleteEach(connection, positions);
            case MARIADB -> deleteList(connection, positions);
        }
    }

    private static void deleteArray(Connection connection, Long[] positions) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("DELETE FROM minimum_message WHERE position = ANY (?)")) {
            delete.setArray(1, connection.createArrayOf("bigint", positions));
            delete.executeUpdate();
        }
    }

    private static void deleteEach(Connection connection, Long[] positions) throws SQLException {
        connection.setAutoCommit(false);
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM minimum_message WHERE position = ?")) {
            for (Long position : positions) {
                delete.setLong(1, position);
                delete.addBatch();
            }
            delete.executeBatch();
        }
        connection.commit();
        connection.setAutoCommit(true);
    }

    private static void deleteList(Connection connection, Long[] positions) throws SQLException {
        String places = String.join(",", Collections.nCopies(positions.length, "?"));
        try (PreparedStatement delete =
                connection.prepareStatement("DELETE FROM minimum_message WHERE position IN (" + places + ")")) {
            for (int i = 0; i < positions.length; i++) {
                delete.setLong(i + 1, positions[i]);
            }
            delete.executeUpdate();
        }
    }

    /** Transactions a second that insert one row, one after another: the machine's own measure. */
    double singleRowCommits(Workload workload, int transactions) {
        database.empty("minimum_message");
        var message = workload.message(0);
        try (Connection connection = connect();
                PreparedStatement insert = connection.prepareStatement(INSERT)) {
            long start = System.nanoTime();
            for (int i = 0; i < transactions; i++) {
                insert.setString(1, message.id());
                insert.setString(2, message.destination());
                insert.setString(3, message.key().orElse(null));
                insert.setString(4, message.type());
                insert.setString(5, message.contentType());
                insert.setBytes(6, message.payload().sharedBytes());
                insert.executeUpdate();
            }
            return transactions * 1e9 / (System.nanoTime() - start);
        } catch (SQLException e) {
            throw new IllegalStateException("cannot insert", e);
        }
    }

    /** Rows that are left, which must be none after a drain. */
    long left() {
        return database.count("minimum_message");
    }
}
