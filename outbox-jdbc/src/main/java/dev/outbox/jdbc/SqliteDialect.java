package dev.outbox.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * SQLite from 3.35 on, by the driver sqlite-jdbc: a file that processes of one machine share, of which one writes at a time. Statements are method calls,
 * so rows go one by one.
 *
 * <p>A transaction of ours takes the lock for writing when it begins, see {@link SqliteTransactions}: nothing else has to be locked, and a row that was
 * read stays as it is.
 */
final class SqliteDialect implements Dialect {
    static final String NAME = "sqlite";

    private static final int OLDEST = 3_035;

    /**
     * For a database of this version, such as 3.54.1.
     *
     * @throws IllegalStateException if it is too old
     */
    SqliteDialect(String version) {
        if (number(version) < OLDEST) {
            throw new IllegalStateException(
                    "SQLite " + version
                            + " is too old: version 3.35 and newer are supported. The driver sqlite-jdbc brings its own; use a newer one");
        }
    }

    private static int number(String version) {
        String[] parts = version.split("\\.", -1);
        try {
            return parts.length < 2 ? 0 : Integer.parseInt(parts[0]) * 1_000 + Integer.parseInt(parts[1]);
        } catch (NumberFormatException unknown) {
            return 0;
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    /** A row takes a billion bytes; a quarter of that passes through memory more than once. */
    @Override
    public int maxPayloadBytes() {
        return 256 * 1024 * 1024;
    }

    @Override
    public void check(Names names) {
        checkNames(names);
    }

    /** What SQLite calls a schema is another file, whose changes are not committed together with those of the first when the machine crashes. */
    static void checkNames(Names names) {
        if (!names.schema().isEmpty()) {
            throw new IllegalArgumentException("SQLite has no schemas: leave out the schema '" + names.schema()
                    + "', and set the tables apart by JdbcOptions.tablePrefix");
        }
    }

    @Override
    public HotRows hotRows(Names names) {
        return new SqliteHotRows(names);
    }

    @Override
    public LeaseSql leases() {
        return new SqliteLeaseSql();
    }

    @Override
    public ParkedSql parked() {
        return new SqliteParkedSql();
    }

    @Override
    public DeadLetterSql deadLetters() {
        return new SqliteDeadLetterSql();
    }

    @Override
    public InboxSql inbox() {
        return new SqliteInboxSql();
    }

    @Override
    public DeliverySql deliveries() {
        return new SqliteDeliverySql();
    }

    @Override
    public SchemaSql schema() {
        return new SqliteSchemaSql();
    }

    @Override
    public InspectionSql inspection() {
        return new SqliteInspectionSql();
    }

    @Override
    public TransactionBounds bounds() {
        return SqliteTransactions.OURS;
    }

    @Override
    public int begin(Session session) throws SQLException {
        SqliteTransactions.beginWriting(session.connection(), session.patienceMillis());
        return 0;
    }

    @Override
    public int beginReading(Session session) throws SQLException {
        SqliteTransactions.beginReading(session.connection());
        return 0;
    }

    @Override
    public void restore(Connection connection, int begun) {}

    @Override
    public void beginWork(Connection connection, long patienceMillis) throws SQLException {
        SqliteTransactions.beginWork(connection, patienceMillis);
    }

    /** What was rolled back by an error that nobody passed on cannot be committed, which SQLite says. */
    @Override
    public void commit(Connection connection) throws SQLException {
        SqliteTransactions.commitWork(connection);
    }

    @Override
    public void bindLongs(Session session, PreparedStatement statement, int index, Long[] longs) throws SQLException {
        statement.setString(index, JsonRows.of(longs));
    }

    @Override
    public void bindTime(PreparedStatement statement, int index, Instant time) throws SQLException {
        statement.setLong(index, SqliteTime.micros(time));
    }

    /**
     * The driver takes it for the time to wait for locks, and forgets afterwards what the application had set for that by a PRAGMA. Ours have waited when
     * their transaction began, and those of the application wait as it has set.
     */
    @Override
    public void limitTime(PreparedStatement statement, int seconds) {}

    /** A statement that needs only the first columns of a row has no more parameters. */
    @Override
    public <T> int updateAll(Session session, PreparedStatement statement, Columns<T> columns) throws SQLException {
        int parameters = statement.getParameterMetaData().getParameterCount();
        return RowByRow.updateAll(session, statement, columns, Math.min(columns.width(), parameters));
    }

    @Override
    public <T, R> List<R> queryAll(
            Session session, String sql, Columns<T> columns, Session.RowReader<R> reader, @Nullable Object... shared)
            throws SQLException {
        return RowByRow.queryAll(session, sql, columns, reader, shared);
    }

    @Override
    public List<String> durabilityWarnings(Session session, Names names) throws SQLException {
        return SqliteDurability.warnings(session.connection());
    }
}
