package dev.outbox.jdbc;

import dev.outbox.Message;
import dev.outbox.testkit.PublishingTransaction;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** A caller's transaction on a real connection. */
final class JdbcPublishing implements PublishingTransaction {
    private final JdbcOutbox outbox;
    private final Connection connection;

    JdbcPublishing(JdbcOutbox outbox, DataSource dataSource) {
        this.outbox = outbox;
        try {
            this.connection = dataSource.getConnection();
            connection.setAutoCommit(false);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Override
    public void publish(Message... messages) {
        outbox.publish(connection, messages);
    }

    @Override
    public void commit() {
        try (connection) {
            connection.commit();
            connection.setAutoCommit(true);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
        outbox.committed();
    }

    @Override
    public void rollback() {
        try (connection) {
            connection.rollback();
            connection.setAutoCommit(true);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }
}
