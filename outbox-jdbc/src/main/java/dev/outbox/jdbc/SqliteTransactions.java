package dev.outbox.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Transactions in SQLite. One that is going to write begins IMMEDIATE, with the lock for writing: one that reads first and writes later fails as soon as
 * another has written in between (SQLITE_BUSY_SNAPSHOT), however long it would wait.
 *
 * <p>The driver begins a transaction of the mode of its own settings in {@code setAutoCommit(false)}, and another one in {@code commit()}, which may fail
 * because of somebody else's lock although everything was committed. So transactions of ours are begun and ended by statements, and the driver believes to
 * be in auto-commit mode, which it checks before it commits anything.
 *
 * <p>SQLite waits for a lock by asking again and again, less and less often, up to ten times a second, and nobody waits in a line: next to somebody who
 * writes without a pause one would wait for seconds. We ask every millisecond.
 */
final class SqliteTransactions {
    private static final long ASK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /** Transactions of ours, in what the driver takes for auto-commit mode. */
    static final TransactionBounds OURS = new TransactionBounds() {
        @Override
        public void leaveAutoCommit(Connection connection) {}

        @Override
        public void commit(Connection connection) throws SQLException {
            execute(connection, "COMMIT");
        }

        @Override
        public void rollback(Connection connection) throws SQLException {
            execute(connection, "ROLLBACK");
        }

        @Override
        public void enterAutoCommit(Connection connection) {}
    };

    private SqliteTransactions() {}

    /** Nothing is locked; all statements have the picture of the first. */
    static void beginReading(Connection connection) throws SQLException {
        execute(connection, "BEGIN");
    }

    static void beginWriting(Connection connection, long patienceMillis) throws SQLException {
        long ownTimeout = busyTimeout(connection);
        execute(connection, "PRAGMA busy_timeout = 0");
        try {
            awaitLock(connection, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(patienceMillis));
        } finally {
            execute(connection, "PRAGMA busy_timeout = " + ownTimeout);
        }
    }

    private static void awaitLock(Connection connection, long deadlineNanos) throws SQLException {
        while (true) {
            try {
                execute(connection, "BEGIN IMMEDIATE");
                return;
            } catch (SQLException failed) {
                boolean late = System.nanoTime() - deadlineNanos >= 0;
                if (late || Thread.currentThread().isInterrupted() || !Failures.isElsewhere(failed)) {
                    throw failed;
                }
            }
            LockSupport.parkNanos(ASK_EVERY_NANOS);
        }
    }

    /** What a statement waits for locks on this connection, in milliseconds. */
    static long busyTimeout(Connection connection) throws SQLException {
        return Long.parseLong(pragma(connection, "busy_timeout"));
    }

    static String pragma(Connection connection, String name) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("PRAGMA " + name)) {
            return row.next() ? row.getString(1) : "";
        }
    }

    /**
     * Begins a transaction for the application's statements, for which the connection has to be out of auto-commit mode. The driver's transaction, in
     * which nothing was done yet, gives way to ours; should that fail, another takes its place, because the driver cannot come out of a transaction that
     * it does not have.
     */
    static void beginWork(Connection connection, long patienceMillis) throws SQLException {
        boolean autoCommit = connection.getAutoCommit();
        try {
            connection.setAutoCommit(false);
            execute(connection, "COMMIT");
            beginWriting(connection, patienceMillis);
        } catch (SQLException failed) {
            repair(failed, () -> {
                execute(connection, "BEGIN");
                connection.setAutoCommit(autoCommit);
            });
            throw failed;
        }
    }

    /** Back to auto-commit mode, which commits and begins nothing new. The driver is in that mode then even if it cannot commit. */
    static void commitWork(Connection connection) throws SQLException {
        try {
            connection.setAutoCommit(true);
        } catch (SQLException failed) {
            repair(failed, () -> execute(connection, "ROLLBACK"));
            throw failed;
        }
    }

    @FunctionalInterface
    private interface Repair {
        void run() throws SQLException;
    }

    private static void repair(SQLException failed, Repair repair) {
        try {
            repair.run();
        } catch (SQLException failedToo) {
            failed.addSuppressed(failedToo);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
