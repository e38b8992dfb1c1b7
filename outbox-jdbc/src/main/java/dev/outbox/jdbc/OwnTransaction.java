package dev.outbox.jdbc;

import java.sql.Connection;
import java.sql.SQLException;

/** A transaction of ours at READ COMMITTED, on a connection in auto-commit mode. {@link #close} rolls back what was not committed. */
final class OwnTransaction implements AutoCloseable {
    private final Connection connection;
    private final Dialect dialect;
    private int begun;
    private boolean committed;

    private OwnTransaction(Session session) {
        this.connection = session.connection();
        this.dialect = session.dialect();
    }

    static OwnTransaction begin(Session session) throws SQLException {
        OwnTransaction transaction = new OwnTransaction(session);
        transaction.connection.setAutoCommit(false);
        try {
            transaction.begun = transaction.dialect.begin(session);
            return transaction;
        } catch (SQLException | RuntimeException | Error failed) {
            try (transaction) {
                throw failed;
            }
        }
    }

    void commit() throws SQLException {
        connection.commit();
        committed = true;
    }

    @Override
    public void close() throws SQLException {
        try {
            if (!committed) {
                connection.rollback();
            }
            dialect.restore(connection, begun);
        } finally {
            // On a broken connection too: a pool looks at its own notes of these settings when it gets the connection
            // back.
            connection.setAutoCommit(true);
        }
    }
}
