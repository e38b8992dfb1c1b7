package dev.outbox.benchmarks;

import dev.outbox.Payload;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The least that drains an outbox: one owner reads rows in order, a batch at a time, and deletes just the rows that it has read, by primary key, which commits. No
 * leases, no order per key, no rows that become visible late, no failures. (A delete by range would be faster still, and would delete rows that nobody has
 * read.)
 *
 * <p>There are two: {@link #drain} does one after the other on one connection, and is the baseline; {@link #drainOverlapped} reads the next batch on a second
 * connection meanwhile, which is as much as two cores give.
 */
final class MinimumLoop {
    private static final int BATCH = 5_000;
    private static final int AHEAD = 2;

    private static final String SELECT = """
            SELECT position, id, destination, message_key, type, payload
            FROM minimum_message WHERE position > ? ORDER BY position LIMIT %d""".formatted(BATCH);

    private static final String DELETE_ALL = "DELETE FROM minimum_message WHERE position = ANY (?)";
    private static final String DELETE_ONE = "DELETE FROM minimum_message WHERE position = ?";

    private record Row(long position, String id, String destination, String key, String type, Payload payload) {}

    private final BenchmarkDatabase database;
    private final AtomicLong taken = new AtomicLong();
    /** PostgreSQL is fastest with one statement for all rows, H2 with a batch. */
    private final String delete;

    MinimumLoop(BenchmarkDatabase database) {
        this.database = database;
        this.delete = database.kind() == BenchmarkDatabase.Kind.POSTGRESQL ? DELETE_ALL : DELETE_ONE;
        String bytes = database.kind() == BenchmarkDatabase.Kind.POSTGRESQL ? "bytea" : "varbinary(1000000)";
        database.execute("DROP TABLE IF EXISTS minimum_message", """
                CREATE TABLE minimum_message (
                    position     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                    id           varchar(255) NOT NULL,
                    destination  varchar(255) NOT NULL,
                    message_key  varchar(255),
                    type         varchar(255) NOT NULL,
                    content_type varchar(255) NOT NULL,
                    payload      %s NOT NULL,
                    created_at   timestamp with time zone NOT NULL DEFAULT CURRENT_TIMESTAMP)""".formatted(bytes));
    }

    void fill(Workload workload) {
        String insert =
                "INSERT INTO minimum_message (id, destination, message_key, type, content_type, payload) VALUES (?, ?, ?, ?, ?, ?)";
        try (Connection connection = database.pool().getConnection();
                PreparedStatement statement = connection.prepareStatement(insert)) {
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

    /** Empties the table on one connection. */
    void drain() {
        taken.set(0);
        try (Connection connection = database.pool().getConnection();
                PreparedStatement select = connection.prepareStatement(SELECT);
                PreparedStatement deletion = connection.prepareStatement(delete)) {
            for (List<Row> batch = next(select, 0); !batch.isEmpty(); batch = next(select, last(batch))) {
                finish(batch, connection, deletion);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("cannot drain the minimum loop's table", e);
        }
    }

    /** Empties the table with a second connection that reads ahead. */
    void drainOverlapped() throws InterruptedException {
        taken.set(0);
        BlockingQueue<List<Row>> batches = new ArrayBlockingQueue<>(AHEAD);
        Thread reader = new Thread(() -> read(batches), "minimum-reader");
        reader.start();
        try (Connection connection = database.pool().getConnection();
                PreparedStatement deletion = connection.prepareStatement(delete)) {
            for (List<Row> batch = batches.take(); !batch.isEmpty(); batch = batches.take()) {
                finish(batch, connection, deletion);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("cannot drain the minimum loop's table", e);
        }
        reader.join();
    }

    private void finish(List<Row> batch, Connection connection, PreparedStatement deletion) throws SQLException {
        batch.forEach(this::sink);
        if (database.kind() == BenchmarkDatabase.Kind.POSTGRESQL) {
            Long[] positions = batch.stream().map(Row::position).toArray(Long[]::new);
            deletion.setArray(1, connection.createArrayOf("bigint", positions));
            deletion.executeUpdate();
            return;
        }
        connection.setAutoCommit(false);
        for (Row row : batch) {
            deletion.setLong(1, row.position());
            deletion.addBatch();
        }
        deletion.executeBatch();
        connection.commit();
        connection.setAutoCommit(true);
    }

    /** How many rows went to the sink in the last drain. */
    long taken() {
        return taken.get();
    }

    private void sink(Row row) {
        if (row.payload().size() > 0) {
            taken.incrementAndGet();
        }
    }

    private void read(BlockingQueue<List<Row>> batches) {
        try (Connection connection = database.pool().getConnection();
                PreparedStatement select = connection.prepareStatement(SELECT)) {
            List<Row> batch = next(select, 0);
            while (!batch.isEmpty()) {
                batches.put(batch);
                batch = next(select, last(batch));
            }
            batches.put(batch);
        } catch (SQLException e) {
            throw new IllegalStateException("cannot read the minimum loop's table", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static List<Row> next(PreparedStatement select, long after) throws SQLException {
        List<Row> batch = new ArrayList<>(BATCH);
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
        return batch;
    }

    private static long last(List<Row> batch) {
        return batch.get(batch.size() - 1).position();
    }

    /** Rows that are left, which must be none after a drain. */
    long left() {
        try (Connection connection = database.pool().getConnection();
                Statement statement = connection.createStatement();
                ResultSet count = statement.executeQuery("SELECT count(*) FROM minimum_message")) {
            count.next();
            return count.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException("cannot count", e);
        }
    }
}
