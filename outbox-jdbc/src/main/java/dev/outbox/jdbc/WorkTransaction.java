package dev.outbox.jdbc;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * A transaction for the application's work, with the isolation that its connections have by default. {@link #close} rolls back what was not committed, and gives
 * the connection back as it was.
 */
final class WorkTransaction implements AutoCloseable {
    private final Connection connection;
    private final Dialect dialect;
    private final boolean autoCommit;
    private boolean committed;

    private WorkTransaction(Connection connection, Dialect dialect, boolean autoCommit) {
        this.connection = connection;
        this.dialect = dialect;
        this.autoCommit = autoCommit;
    }

    static WorkTransaction begin(Database database) throws SQLException {
        Connection connection = database.connect();
        try {
            Dialect dialect = database.tables(connection).dialect();
            boolean autoCommit = connection.getAutoCommit();
            dialect.beginWork(connection, database.options().statementTimeout().toMillis());
            return new WorkTransaction(connection, dialect, autoCommit);
        } catch (SQLException | RuntimeException | Error failed) {
            try (connection) {
                throw failed;
            }
        }
    }

    Connection connection() {
        return connection;
    }

    void commit() throws SQLException {
        dialect.commit(connection);
        committed = true;
    }

    @Override
    public void close() throws SQLException {
        try (connection) {
            if (!committed && !connection.getAutoCommit()) {
                connection.rollback();
            }
            if (connection.getAutoCommit() != autoCommit) {
                connection.setAutoCommit(autoCommit);
            }
        }
    }
}
