package dev.outbox.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** H2 from 2.3 on, in its regular mode, embedded or as a server. A batch reaches an embedded database by method calls, so rows go one by one. */
final class H2Dialect implements Dialect {
    private static final String WRITE_DELAY = """
            SELECT MAX(CASE WHEN setting_name = 'WRITE_DELAY' THEN setting_value END),
                   MAX(CASE WHEN setting_name = 'info.FILE_WRITE' THEN setting_value END)
            FROM information_schema.settings
            """;

    @Override
    public String name() {
        return "h2";
    }

    /** The longest VARBINARY. */
    @Override
    public int maxPayloadBytes() {
        return 1_048_576;
    }

    @Override
    public HotRows hotRows(Names names) {
        return new H2HotRows(names);
    }

    @Override
    public LeaseSql leases() {
        return new H2LeaseSql();
    }

    @Override
    public ParkedSql parked() {
        return new H2ParkedSql();
    }

    @Override
    public DeadLetterSql deadLetters() {
        return new H2DeadLetterSql();
    }

    @Override
    public InboxSql inbox() {
        return new H2InboxSql();
    }

    @Override
    public DeliverySql deliveries() {
        return new H2DeliverySql();
    }

    @Override
    public SchemaSql schema() {
        return new H2SchemaSql();
    }

    @Override
    public InspectionSql inspection() {
        return new H2InspectionSql();
    }

    @Override
    public int begin(Session session) throws SQLException {
        Connection connection = session.connection();
        int isolation = connection.getTransactionIsolation();
        if (isolation != Connection.TRANSACTION_READ_COMMITTED) {
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        }
        return isolation;
    }

    @Override
    public void restore(Connection connection, int begun) throws SQLException {
        if (begun > 0 && begun != Connection.TRANSACTION_READ_COMMITTED) {
            connection.setTransactionIsolation(begun);
        }
    }

    /** In H2 a statement that fails takes back itself alone. */
    @Override
    public void commit(Connection connection) throws SQLException {
        connection.commit();
    }

    @Override
    public <T> int updateAll(Session session, PreparedStatement statement, Columns<T> columns) throws SQLException {
        return RowByRow.updateAll(session, statement, columns, columns.width());
    }

    @Override
    public <T, R> List<R> queryAll(
            Session session, String sql, Columns<T> columns, Session.RowReader<R> reader, @Nullable Object... shared)
            throws SQLException {
        return RowByRow.queryAll(session, sql, columns, reader, shared);
    }

    @Override
    public List<String> durabilityWarnings(Session session, Names names) throws SQLException {
        return session.query(WRITE_DELAY, row -> warnings(row.getString(1), row.getString(2)))
                .get(0);
    }

    private static List<String> warnings(@Nullable String writeDelay, @Nullable String fileWrite) {
        if (fileWrite == null) {
            return List.of(
                    "This H2 database is in memory alone: all messages are gone when it closes. Use a file for messages"
                            + " that must not be lost.");
        }
        if (!"0".equals(writeDelay)) {
            return List.of(
                    "H2 forgets up to " + writeDelay + " ms of acknowledged commits when the process is killed. Add"
                            + " ;WRITE_DELAY=0 to the URL of the database.");
        }
        return List.of();
    }
}
