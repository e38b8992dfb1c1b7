package dev.outbox.benchmarks;

import dev.outbox.benchmarks.MinimumTable.Row;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * The least that drains an outbox: one owner reads rows in order, a batch at a time, sends them, and deletes just the rows that have arrived, by primary key, which
 * commits; meanwhile the next batch is under way. No leases, no order per key, no rows that become visible late, no failures.
 *
 * <p>There are two: {@link #drain} uses one connection to the database, and is the baseline; {@link #drainOverlapped} reads the next batch on a second one meanwhile, which is
 * as much as two cores give.
 */
final class MinimumLoop {
    private static final int BATCHES_UNDER_WAY = 2;
    private static final int BATCHES_READ_AHEAD = 2;

    private final MinimumTable table;

    private record Batch(List<Row> rows, MinimumSink.Sent sent) {}

    MinimumLoop(MinimumTable table) {
        this.table = table;
    }

    /** Empties the table on one connection; returns how many rows have arrived. */
    long drain(MinimumSink sink) throws InterruptedException {
        try (Connection connection = table.connect()) {
            long[] after = {0};
            return drain(connection, sink, () -> {
                List<Row> rows = table.next(connection, after[0]);
                after[0] = last(rows, after[0]);
                return rows;
            });
        } catch (SQLException | IOException e) {
            throw new IllegalStateException("cannot drain the minimum loop's table", e);
        }
    }

    /** Empties the table with a second connection that reads ahead; returns how many rows have arrived. */
    long drainOverlapped(MinimumSink sink) throws InterruptedException {
        BlockingQueue<List<Row>> batches = new ArrayBlockingQueue<>(BATCHES_READ_AHEAD);
        Thread reader = new Thread(() -> read(batches), "minimum-reader");
        reader.start();
        try (Connection connection = table.connect()) {
            long arrived = drain(connection, sink, batches::take);
            reader.join();
            return arrived;
        } catch (SQLException | IOException e) {
            throw new IllegalStateException("cannot drain the minimum loop's table", e);
        }
    }

    /** Gives the next rows; none at the end. */
    private interface Rows {
        List<Row> next() throws SQLException, InterruptedException;
    }

    private long drain(Connection connection, MinimumSink sink, Rows rows)
            throws SQLException, IOException, InterruptedException {
        Queue<Batch> underWay = new ArrayDeque<>();
        long arrived = 0;
        for (List<Row> next = rows.next(); !next.isEmpty(); next = rows.next()) {
            underWay.add(new Batch(next, sink.send(next)));
            if (underWay.size() == BATCHES_UNDER_WAY) {
                arrived += finish(connection, underWay.remove());
            }
        }
        for (Batch batch : underWay) {
            arrived += finish(connection, batch);
        }
        return arrived;
    }

    private int finish(Connection connection, Batch batch) throws SQLException, InterruptedException {
        batch.sent().await();
        table.delete(connection, batch.rows());
        return batch.rows().size();
    }

    private void read(BlockingQueue<List<Row>> batches) {
        try (Connection connection = table.connect()) {
            long after = 0;
            List<Row> rows;
            do {
                rows = table.next(connection, after);
                after = last(rows, after);
                batches.put(rows);
            } while (!rows.isEmpty());
        } catch (SQLException e) {
            throw new IllegalStateException("cannot read the minimum loop's table", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static long last(List<Row> rows, long otherwise) {
        return rows.isEmpty() ? otherwise : rows.get(rows.size() - 1).position();
    }
}
