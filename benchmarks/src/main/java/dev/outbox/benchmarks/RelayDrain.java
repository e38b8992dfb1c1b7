package dev.outbox.benchmarks;

import dev.outbox.jdbc.JdbcOutbox;
import dev.outbox.relay.Relay;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** The relay at the same work as {@link MinimumLoop}: from its start to the commit of the last delete. */
final class RelayDrain {
    private static final int BATCH = 5_000;

    private final BenchmarkDatabase database;
    private final JdbcOutbox outbox;

    RelayDrain(BenchmarkDatabase database) {
        this.database = database;
        this.outbox = JdbcOutbox.on(database.pool());
        outbox.schema().apply();
    }

    void fill(Workload workload) {
        for (int i = 0; i < workload.messages(); i += BATCH) {
            int from = i;
            int to = Math.min(workload.messages(), i + BATCH);
            outbox.transaction(tx -> {
                outbox.publish(tx, workload.messages(from, to));
                return to;
            });
        }
    }

    /** Empties the outbox. */
    void drain(int messages) throws InterruptedException {
        NoOpTransport transport = new NoOpTransport(messages);
        Relay relay = Relay.from(outbox.store()).to(transport).name("benchmark").start();
        transport.await();
        relay.close();
    }

    /** Rows that are left, which must be none after a drain. */
    long left() {
        try (Connection connection = database.pool().getConnection();
                Statement statement = connection.createStatement();
                ResultSet count = statement.executeQuery("SELECT count(*) FROM outbox_message")) {
            count.next();
            return count.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException("cannot count", e);
        }
    }
}
