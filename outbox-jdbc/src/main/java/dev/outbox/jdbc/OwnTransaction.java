package dev.outbox.jdbc;

import java.sql.Connection;
import java.sql.SQLException;

/** A transaction of ours at READ COMMITTED, on a connection in auto-commit mode. {@link #close} rolls back what was not committed. */
final class OwnTransaction implements AutoCloseable {
    private static final int MOST_ATTEMPTS = 3;

    private final Connection connection;
    private final Dialect dialect;
    private int begun;
    private boolean committed;

    private OwnTransaction(Session session) {
        this.connection = session.connection();
        this.dialect = session.dialect();
    }

    /** What is done in a transaction; it may be done again. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws SQLException;
    }

    /** How the database is told that a transaction begins. */
    @FunctionalInterface
    private interface Beginning {
        int begin(Session session) throws SQLException;
    }

    /** Runs {@code work} in a transaction, again if the database ends it because of a deadlock. */
    static <T> T run(Session session, Work<T> work) throws SQLException {
        return run(session, session.dialect()::begin, work);
    }

    /** Like {@link #run}, for work that only reads. */
    static <T> T read(Session session, Work<T> work) throws SQLException {
        return run(session, session.dialect()::beginReading, work);
    }

    private static <T> T run(Session session, Beginning beginning, Work<T> work) throws SQLException {
        for (int attempt = 1; ; attempt++) {
            try (OwnTransaction transaction = begin(session, beginning)) {
                T result = work.run();
                transaction.commit();
                return result;
            } catch (SQLException failed) {
                if (attempt == MOST_ATTEMPTS || !Failures.isDeadlock(failed)) {
                    throw failed;
                }
            }
        }
    }

    private static OwnTransaction begin(Session session, Beginning beginning) throws SQLException {
        OwnTransaction transaction = new OwnTransaction(session);
        transaction.dialect.bounds().leaveAutoCommit(transaction.connection);
        try {
            transaction.begun = beginning.begin(session);
            return transaction;
        } catch (SQLException | RuntimeException | Error failed) {
            try (transaction) {
                throw failed;
            }
        }
    }

    void commit() throws SQLException {
        dialect.bounds().commit(connection);
        committed = true;
    }

    @Override
    public void close() throws SQLException {
        try {
            if (!committed) {
                dialect.bounds().rollback(connection);
            }
            dialect.restore(connection, begun);
        } finally {
            // On a broken connection too: a pool looks at its own notes of these settings when it gets the connection
            // back.
            dialect.bounds().enterAutoCommit(connection);
        }
    }
}
