package dev.outbox.jdbc;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A connection for the time of one call, and how statements are run on it. For one thread. */
final class Session {
    private final Connection connection;
    private final Dialect dialect;
    private final int timeoutSeconds;
    private final long patienceMillis;

    /** A session of the caller's, whose transactions are not ours. */
    Session(Connection connection, Dialect dialect, int timeoutSeconds) {
        this(connection, dialect, timeoutSeconds, Patience.LONGEST_MILLIS);
    }

    /**
     * @param timeoutSeconds after what time a statement is given up; 0 means never
     * @param patienceMillis see {@link Patience}
     */
    Session(Connection connection, Dialect dialect, int timeoutSeconds, long patienceMillis) {
        this.connection = connection;
        this.dialect = dialect;
        this.timeoutSeconds = timeoutSeconds;
        this.patienceMillis = patienceMillis;
    }

    /** Reads one row of a result. */
    @FunctionalInterface
    interface RowReader<R> {
        R read(ResultSet row) throws SQLException;
    }

    Connection connection() {
        return connection;
    }

    Dialect dialect() {
        return dialect;
    }

    long patienceMillis() {
        return patienceMillis;
    }

    PreparedStatement prepare(String sql) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        try {
            if (timeoutSeconds > 0) {
                dialect.limitTime(statement, timeoutSeconds);
            }
            return statement;
        } catch (SQLException | RuntimeException failed) {
            try (statement) {
                throw failed;
            }
        }
    }

    /** Runs a statement, returns how many rows it changed. */
    int update(String sql, @Nullable Object... parameters) throws SQLException {
        try (PreparedStatement statement = prepare(sql)) {
            bind(statement, 1, parameters);
            return statement.executeUpdate();
        }
    }

    /** Runs a statement for every row of {@code columns}, returns how many rows it changed altogether. */
    <T> int updateAll(String sql, Columns<T> columns) throws SQLException {
        if (columns.rows() == 0) {
            return 0;
        }
        try (PreparedStatement statement = prepare(sql)) {
            return dialect.updateAll(this, statement, columns);
        }
    }

    /** Runs statements one after another, each for every row of {@code columns}. */
    <T> void updateAllBy(List<String> statements, Columns<T> columns) throws SQLException {
        for (String sql : statements) {
            updateAll(sql, columns);
        }
    }

    <R> List<R> query(String sql, RowReader<R> reader, @Nullable Object... parameters) throws SQLException {
        try (PreparedStatement statement = prepare(sql)) {
            bind(statement, 1, parameters);
            List<R> found = new ArrayList<>();
            readInto(found, statement, reader);
            return found;
        }
    }

    /** Runs a query for every row of {@code columns}, to which {@code shared} parameters are appended; returns what all of them found. */
    <T, R> List<R> queryAll(String sql, Columns<T> columns, RowReader<R> reader, @Nullable Object... shared)
            throws SQLException {
        if (columns.rows() == 0) {
            return List.of();
        }
        return dialect.queryAll(this, sql, columns, reader, shared);
    }

    <R> void readInto(List<R> found, PreparedStatement statement, RowReader<R> reader) throws SQLException {
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                found.add(reader.read(rows));
            }
        }
    }

    /** Sets parameters from {@code first} on; an array of longs or texts, or what is held of slots, is one parameter. */
    void bind(PreparedStatement statement, int first, @Nullable Object... parameters) throws SQLException {
        for (int i = 0; i < parameters.length; i++) {
            bindOne(statement, first + i, parameters[i]);
        }
    }

    void bindOne(PreparedStatement statement, int index, @Nullable Object value) throws SQLException {
        if (value == null) {
            statement.setNull(index, Types.NULL);
        } else if (value instanceof HeldOfSlots held) {
            dialect.bindLongs(this, statement, index, held.all());
        } else if (value instanceof Long[] longs) {
            dialect.bindLongs(this, statement, index, longs);
        } else if (value instanceof String[] texts) {
            statement.setArray(index, array("text", texts));
        } else if (value instanceof Instant time) {
            dialect.bindTime(statement, index, time);
        } else if (value instanceof byte[] bytes) {
            statement.setBytes(index, bytes);
        } else {
            statement.setObject(index, value);
        }
    }

    Array array(String type, @Nullable Object[] values) throws SQLException {
        return connection.createArrayOf(type, values);
    }
}
