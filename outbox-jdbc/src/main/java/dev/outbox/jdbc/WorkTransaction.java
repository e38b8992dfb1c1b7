package dev.outbox.jdbc;

import dev.outbox.spi.StoreException;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * A transaction for the application's work, with the isolation that its connections have by default. {@link #close} rolls back what was not committed, and gives
 * the connection back as it was. What fails here is a {@link StoreException}; so nobody has to tell it from an {@link SQLException} of the work, which is the
 * application's.
 */
final class WorkTransaction implements AutoCloseable {
    private final Database database;
    private final String what;
    private final Connection connection;
    private final Dialect dialect;
    private final boolean autoCommit;
    private boolean committed;

    private WorkTransaction(
            Database database, String what, Connection connection, Dialect dialect, boolean autoCommit) {
        this.database = database;
        this.what = what;
        this.connection = connection;
        this.dialect = dialect;
        this.autoCommit = autoCommit;
    }

    /**
     * Begins.
     *
     * @param what the work, such as "run a transaction", for the text of failures
     */
    static WorkTransaction begin(Database database, String what) {
        try {
            return begin(database, what, database.connect());
        } catch (SQLException failed) {
            throw database.failure(what, failed);
        }
    }

    private static WorkTransaction begin(Database database, String what, Connection connection) throws SQLException {
        try {
            Dialect dialect = database.tables(connection).dialect();
            boolean autoCommit = connection.getAutoCommit();
            dialect.beginWork(connection, database.options().statementTimeout().toMillis());
            return new WorkTransaction(database, what, connection, dialect, autoCommit);
        } catch (SQLException | RuntimeException | Error failed) {
            try (connection) {
                throw failed;
            }
        }
    }

    Connection connection() {
        return connection;
    }

    void commit() {
        try {
            dialect.commit(connection);
            committed = true;
        } catch (SQLException failed) {
            throw database.failure(what, failed);
        }
    }

    @Override
    public void close() {
        try (connection) {
            if (!committed && !connection.getAutoCommit()) {
                connection.rollback();
            }
            if (connection.getAutoCommit() != autoCommit) {
                connection.setAutoCommit(autoCommit);
            }
        } catch (SQLException failed) {
            throw database.failure(what, failed);
        }
    }
}
