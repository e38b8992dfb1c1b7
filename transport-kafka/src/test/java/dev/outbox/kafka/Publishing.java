package dev.outbox.kafka;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.outbox.Message;
import dev.outbox.jdbc.JdbcOutbox;
import dev.outbox.spi.OutboxStore;
import dev.outbox.testservers.Database;
import dev.outbox.testservers.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;

/** A thread that publishes ten messages of several keys in a transaction, fifty times a second, numbered by key as {@code key:number}. */
final class Publishing implements AutoCloseable {
    private static final int BATCH = 10;
    private static final Duration BETWEEN = Duration.ofMillis(20);

    private final Database database;
    private final HikariDataSource pool;
    private final JdbcOutbox outbox;
    private final String destination;
    private final int keys;
    private final Thread thread = new Thread(this::run, "publishing");
    private volatile boolean stopping;
    private volatile int published;

    private Publishing(Database database, String destination, int keys) {
        this.database = database;
        this.destination = destination;
        this.keys = keys;
        HikariConfig config = new HikariConfig();
        config.setDataSource(database.dataSource());
        config.setMaximumPoolSize(5);
        this.pool = new HikariDataSource(config);
        this.outbox = JdbcOutbox.on(pool);
        outbox.schema().apply();
    }

    static Publishing to(String destination, int keys) {
        return new Publishing(PostgresServer.shared().createDatabase(), destination, keys);
    }

    Database database() {
        return database;
    }

    OutboxStore store() {
        return outbox.store();
    }

    void start() {
        thread.start();
    }

    /** Ends the thread. */
    void stop() {
        stopping = true;
        try {
            thread.join(Duration.ofSeconds(20).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            throw new IllegalStateException("publishing has not ended");
        }
    }

    int published() {
        return published;
    }

    private void run() {
        while (!stopping) {
            List<Message> batch = new ArrayList<>();
            for (int i = published; i < published + BATCH; i++) {
                String key = "key-" + i % keys;
                batch.add(Message.to(destination).key(key).text(key + ":" + (1 + i / keys)));
            }
            try (Connection tx = pool.getConnection()) {
                tx.setAutoCommit(false);
                outbox.publish(tx, batch);
                tx.commit();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
            outbox.committed();
            published += BATCH;
            LockSupport.parkNanos(BETWEEN.toNanos());
        }
    }

    /** Waits until all that was published is confirmed. */
    void awaitEmptyOutbox(Duration bound) {
        Awaitility.await("the outbox is empty")
                .atMost(bound)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> pending() == 0);
    }

    private int pending() throws SQLException {
        String sql = "SELECT (SELECT count(*) FROM outbox_message) + (SELECT count(*) FROM outbox_parked)";
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getInt(1);
        }
    }

    /** Lets so much time pass. */
    static void pause(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    @Override
    public void close() {
        stop();
        pool.close();
        database.close();
    }
}
