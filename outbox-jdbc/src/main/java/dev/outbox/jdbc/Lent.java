package dev.outbox.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.concurrent.Executor;

/**
 * A connection of somebody's pool, set to auto-commit and to writing, with a bound on the silence of the network. {@link #close} sets it back to what it was.
 *
 * @param connection the connection
 * @param autoCommit what it was set to
 * @param readOnly what it was set to
 * @param networkTimeoutMillis what it was set to; negative when it was left alone
 */
record Lent(Connection connection, boolean autoCommit, boolean readOnly, int networkTimeoutMillis)
        implements AutoCloseable {
    /** How much longer than a statement's own timeout the network may be silent. */
    private static final int GRACE_MILLIS = 5_000;

    /** Drivers that need a thread for their timeout run its task at once. */
    private static final Executor DIRECT = Runnable::run;

    static Lent prepare(Connection connection, int statementTimeoutMillis) throws SQLException {
        Lent lent = new Lent(
                connection,
                connection.getAutoCommit(),
                connection.isReadOnly(),
                limitSilence(connection, statementTimeoutMillis + GRACE_MILLIS));
        if (!lent.autoCommit) {
            connection.setAutoCommit(true);
        }
        if (lent.readOnly) {
            connection.setReadOnly(false);
        }
        return lent;
    }

    private static int limitSilence(Connection connection, int limitMillis) throws SQLException {
        try {
            int set = connection.getNetworkTimeout();
            if (set > 0 && set <= limitMillis) {
                return -1;
            }
            connection.setNetworkTimeout(DIRECT, limitMillis);
            return set;
        } catch (SQLFeatureNotSupportedException leftAlone) {
            return -1;
        }
    }

    @Override
    public void close() throws SQLException {
        if (readOnly) {
            connection.setReadOnly(true);
        }
        if (!autoCommit) {
            connection.setAutoCommit(false);
        }
        if (networkTimeoutMillis >= 0) {
            connection.setNetworkTimeout(DIRECT, networkTimeoutMillis);
        }
    }
}
