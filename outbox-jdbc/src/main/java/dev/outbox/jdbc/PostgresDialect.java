package dev.outbox.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL from 12 on. Many rows travel as one array a column, so that every change is one statement and one round trip.
 *
 * <p>Plans must not depend on statistics: those of a queue are taken when it happens to be empty, and a plan that reads the whole table then stays in the
 * cache of a connection while a million rows come in. So the planner is left no choice but to look rows up in an index. Our transactions forbid it to read whole
 * tables. Where a table is joined to the rows of a statement, its first key column is compared by {@code = ANY (ARRAY[...])}: a plain equality would let it walk
 * the whole index, to merge or to probe the other way round. And OFFSET 0 in a subquery keeps it from hashing a whole table.
 */
final class PostgresDialect implements Dialect {
    /**
     * First of a transaction: its level does not depend on the role's defaults, and what hangs does not keep its locks, nor those who wait for them, for longer than
     * the relays' leases allow.
     */
    private static final String BEGIN = """
            SET TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE;
            SELECT set_config('enable_seqscan', 'off', true),
                   set_config('jit', 'off', true),
                   set_config('lock_timeout', ?, true),
                   set_config('idle_in_transaction_session_timeout', ?, true)
            """;

    /**
     * A COMMIT of a transaction in which a statement has failed rolls back and reports success, and so does the driver (42.7). The query before it fails then, and
     * costs no round trip.
     */
    private static final String COMMIT = """
            SELECT 1;
            COMMIT
            """;

    private static final int NOTHING_TO_RESTORE = 0;

    @Override
    public String name() {
        return "postgresql";
    }

    /** Below the gigabyte of a field, with room for its way there. */
    @Override
    public int maxPayloadBytes() {
        return 256 * 1024 * 1024;
    }

    @Override
    public HotRows hotRows(Names names) {
        return new PostgresHotRows(names);
    }

    @Override
    public LeaseSql leases() {
        return new PostgresLeaseSql();
    }

    @Override
    public ParkedSql parked() {
        return new PostgresParkedSql();
    }

    @Override
    public DeadLetterSql deadLetters() {
        return new PostgresDeadLetterSql();
    }

    @Override
    public InboxSql inbox() {
        return new PostgresInboxSql();
    }

    @Override
    public DeliverySql deliveries() {
        return new PostgresDeliverySql();
    }

    @Override
    public SchemaSql schema() {
        return new PostgresSchemaSql();
    }

    @Override
    public InspectionSql inspection() {
        return new PostgresInspectionSql();
    }

    @Override
    public int begin(Session session) throws SQLException {
        String patience = session.patienceMillis() + "ms";
        try (PreparedStatement statement = session.prepare(BEGIN)) {
            session.bind(statement, 1, patience, patience);
            statement.execute();
        }
        return NOTHING_TO_RESTORE;
    }

    @Override
    public void restore(Connection connection, int begun) {
        // All settings were those of the transaction.
    }

    @Override
    public void commit(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(COMMIT)) {
            statement.execute();
        }
    }

    @Override
    public <T> int updateAll(Session session, PreparedStatement statement, Columns<T> columns) throws SQLException {
        bindArrays(session, statement, 1, columns);
        return statement.executeUpdate();
    }

    @Override
    public <T, R> List<R> queryAll(
            Session session, String sql, Columns<T> columns, Session.RowReader<R> reader, @Nullable Object... shared)
            throws SQLException {
        List<R> found = new ArrayList<>(columns.rows());
        try (PreparedStatement statement = session.prepare(sql)) {
            bindArrays(session, statement, 1, columns);
            session.bind(statement, columns.width() + 1, shared);
            session.readInto(found, statement, reader);
        }
        return found;
    }

    /** Sets the parameters from {@code first} on to the columns. */
    static <T> void bindArrays(Session session, PreparedStatement statement, int first, Columns<T> columns)
            throws SQLException {
        for (int column = 0; column < columns.width(); column++) {
            statement.setArray(first + column, array(session, columns.type(column), columns.column(column)));
        }
    }

    private static java.sql.Array array(Session session, Columns.Type type, @Nullable Object[] values)
            throws SQLException {
        return switch (type) {
            case INTEGER -> session.array("int4", values);
            case BIGINT -> session.array("int8", values);
            case TEXT -> session.array("text", values);
            case BYTES -> session.array("bytea", values);
            case TIME -> session.array("timestamptz", texts(values));
        };
    }

    /** The driver writes what it does not know with toString: ISO 8601, which the server reads. */
    private static @Nullable Object[] texts(@Nullable Object[] times) {
        @Nullable String[] texts = new String[times.length];
        for (int i = 0; i < times.length; i++) {
            texts[i] = times[i] instanceof Instant time ? time.toString() : null;
        }
        return texts;
    }

    @Override
    public List<String> durabilityWarnings(Session session, Names names) throws SQLException {
        return new PostgresDurability(names).warnings(session);
    }
}
