package dev.outbox.jdbc;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one database says in its own words. A new database is a new implementation with its statements and its script; nothing else changes.
 *
 * <p>Statements are whole and stand in text blocks. Those that differ only in words are asked for by name and run by the same code for all databases;
 * {@link HotRows}, of which the throughput depends, is each database's own code.
 */
interface Dialect {
    /** The folder of the script. */
    String name();

    /** The largest payload that a column takes, in bytes. */
    int maxPayloadBytes();

    HotRows hotRows(Names names);

    LeaseSql leases();

    ParkedSql parked();

    DeadLetterSql deadLetters();

    InboxSql inbox();

    DeliverySql deliveries();

    SchemaSql schema();

    InspectionSql inspection();

    /**
     * Begins a transaction of ours, which reads what is committed and may write. Called with auto-commit off, before any other statement.
     *
     * @return what {@link #restore} needs
     */
    int begin(Session session) throws SQLException;

    /** Like {@link #begin}, for a transaction that only reads. */
    default int beginReading(Session session) throws SQLException {
        return begin(session);
    }

    /** How transactions of ours leave auto-commit mode and end. */
    default TransactionBounds bounds() {
        return TransactionBounds.OF_CONNECTION;
    }

    /**
     * Checks that the database can have tables of such names.
     *
     * @throws IllegalArgumentException if not
     */
    default void check(Names names) {}

    /** Gives the connection the settings back that {@link #begin} changed, after the transaction. */
    void restore(Connection connection, int begun) throws SQLException;

    /**
     * Commits a transaction in which somebody else's statements ran.
     *
     * @throws SQLException if one of them has doomed the transaction, although nobody said so
     */
    void commit(Connection connection) throws SQLException;

    /** Has {@code statement} given up after some seconds. */
    default void limitTime(PreparedStatement statement, int seconds) throws SQLException {
        statement.setQueryTimeout(seconds);
    }

    /** Runs {@code statement} for every row. */
    <T> int updateAll(Session session, PreparedStatement statement, Columns<T> columns) throws SQLException;

    /** Runs {@code sql} for every row, with {@code shared} parameters after those of the row. */
    <T, R> List<R> queryAll(
            Session session, String sql, Columns<T> columns, Session.RowReader<R> reader, @Nullable Object... shared)
            throws SQLException;

    /** Settings that forget what was committed, one sentence each. */
    List<String> durabilityWarnings(Session session, Names names) throws SQLException;

    /** Sets a parameter that stands for a list of numbers. */
    default void bindLongs(Session session, PreparedStatement statement, int index, Long[] longs) throws SQLException {
        statement.setArray(index, session.array("int8", longs));
    }

    default void bindTime(PreparedStatement statement, int index, Instant time) throws SQLException {
        statement.setObject(index, time.atOffset(ZoneOffset.UTC));
    }

    /**
     * Begins a transaction for somebody else's statements, out of auto-commit mode.
     *
     * @param patienceMillis how long to wait if that takes a lock
     */
    default void beginWork(Connection connection, long patienceMillis) throws SQLException {
        if (connection.getAutoCommit()) {
            connection.setAutoCommit(false);
        }
    }

    /**
     * The dialect of the database behind {@code connection}.
     *
     * @throws IllegalStateException if it is none that we know, or too old
     */
    static Dialect of(Connection connection) throws SQLException {
        DatabaseMetaData metaData = connection.getMetaData();
        String product = metaData.getDatabaseProductName();
        return switch (product) {
            case "H2" -> new H2Dialect();
            case "MySQL", "MariaDB" -> new MysqlDialect(MysqlFlavor.of(product, metaData.getDatabaseProductVersion()));
            case "PostgreSQL" -> new PostgresDialect();
            case "SQLite" -> new SqliteDialect(metaData.getDatabaseProductVersion());
            default ->
                throw new IllegalStateException("no tables for a database of type '" + product
                        + "'; H2, MariaDB, MySQL, PostgreSQL and SQLite are supported");
        };
    }
}
