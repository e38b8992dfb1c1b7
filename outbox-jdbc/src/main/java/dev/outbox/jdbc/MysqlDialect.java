package dev.outbox.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * MySQL and MariaDB with InnoDB. Many rows travel as one text in JSON, which the statement reads as a table, so that every change is one statement and one round trip
 * whatever the properties of the driver are, or a few where the text would become larger than the server takes; whoever changes rows does so in a transaction. Where a query needs a limit for each of its rows, it is repeated for each, as the branches of one union.
 *
 * <p>Plans must not depend on statistics: those of a queue are taken when it happens to be empty, and a statement that reads a whole table, or joins by hashing it, waits
 * for every row that a publisher has not committed yet. So each table that is joined names its index.
 *
 * <p>All of ours runs at READ COMMITTED, where nothing but rows is locked: gap locks would make the applications' inserts wait, and end in deadlocks. The statement that
 * begins a transaction sets the level for it alone, and remembers the session's own timeouts in variables, for the statement that restores them.
 */
final class MysqlDialect implements Dialect {
    private static final String BEGIN = """
            SET @outbox_lock_wait = @@innodb_lock_wait_timeout, @outbox_wait = @@wait_timeout,
                SESSION innodb_lock_wait_timeout = %1$d, SESSION wait_timeout = %1$d, @@${isolation} = 'READ-COMMITTED'
            """;

    private static final String RESTORE = """
            SET SESSION innodb_lock_wait_timeout = @outbox_lock_wait, SESSION wait_timeout = @outbox_wait
            """;

    private static final String BEGIN_WORK = "SAVEPOINT outbox_work";
    private static final String END_WORK = "RELEASE SAVEPOINT outbox_work";
    private static final int NO_SUCH_SAVEPOINT = 1305;

    /** In a query for one row of parameters: it is repeated for each row in one statement. */
    private static final String IN_ONE_UNION = "/* each */";

    /** In a query for one row of parameters: it is sent for each row, because rows cannot be locked in a union. */
    private static final String ONE_BY_ONE = "/* one by one */";

    private static final int BEGUN = 1;
    private static final int MOST_BRANCHES = 128;
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final MysqlFlavor flavor;

    MysqlDialect(MysqlFlavor flavor) {
        this.flavor = flavor;
    }

    @Override
    public String name() {
        return flavor.folder();
    }

    /** What a packet of the largest size takes, with room for the escapes of its text. */
    @Override
    public int maxPayloadBytes() {
        return 256 * 1024 * 1024;
    }

    @Override
    public HotRows hotRows(Names names) {
        return new MysqlHotRows(names, flavor);
    }

    @Override
    public LeaseSql leases() {
        return new MysqlLeaseSql(flavor);
    }

    @Override
    public ParkedSql parked() {
        return new MysqlParkedSql(flavor);
    }

    @Override
    public DeadLetterSql deadLetters() {
        return new MysqlDeadLetterSql(flavor);
    }

    @Override
    public InboxSql inbox() {
        return new MysqlInboxSql();
    }

    @Override
    public DeliverySql deliveries() {
        return new MysqlDeliverySql(flavor);
    }

    @Override
    public SchemaSql schema() {
        return new MysqlSchemaSql();
    }

    @Override
    public InspectionSql inspection() {
        return new MysqlInspectionSql();
    }

    /** The timeouts are whole seconds. */
    @Override
    public int begin(Session session) throws SQLException {
        long seconds = Math.max(1, (session.patienceMillis() + 999) / 1_000);
        execute(session.connection(), String.format(Locale.ROOT, flavor.fill(BEGIN), seconds));
        return BEGUN;
    }

    @Override
    public void restore(Connection connection, int begun) throws SQLException {
        if (begun == BEGUN) {
            execute(connection, RESTORE);
        }
    }

    @Override
    public void beginWork(Connection connection, long patienceMillis) throws SQLException {
        Dialect.super.beginWork(connection, patienceMillis);
        execute(connection, BEGIN_WORK);
    }

    /**
     * A deadlock rolls the whole transaction back, and a definition commits it; what follows would be another one, without the inbox row. The savepoint of its beginning
     * is gone then.
     */
    @Override
    public void commit(Connection connection) throws SQLException {
        try {
            execute(connection, END_WORK);
        } catch (SQLException failed) {
            if (failed.getErrorCode() != NO_SUCH_SAVEPOINT) {
                throw failed;
            }
            throw new SQLException(
                    "the transaction was ended before its work returned: by a deadlock that the work has not passed on, or by"
                            + " a statement that commits, such as a definition",
                    "40000",
                    failed);
        }
        connection.commit();
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void bindLongs(Session session, PreparedStatement statement, int index, Long[] longs) throws SQLException {
        statement.setString(index, JsonRows.of(longs));
    }

    /** As text: drivers would convert it to their session's time zone. */
    @Override
    public void bindTime(PreparedStatement statement, int index, Instant time) throws SQLException {
        statement.setString(index, TIME.format(time));
    }

    @Override
    public <T> int updateAll(Session session, PreparedStatement statement, Columns<T> columns) throws SQLException {
        JsonRows parts = new JsonRows(columns, TIME::format);
        int changed = 0;
        while (parts.hasNext()) {
            statement.setString(1, parts.next());
            changed += statement.executeUpdate();
        }
        return changed;
    }

    @Override
    public <T, R> List<R> queryAll(
            Session session, String sql, Columns<T> columns, Session.RowReader<R> reader, @Nullable Object... shared)
            throws SQLException {
        List<R> found = new ArrayList<>(columns.rows());
        if (sql.contains(IN_ONE_UNION)) {
            for (int start = 0; start < columns.rows(); start += MOST_BRANCHES) {
                int end = Math.min(columns.rows(), start + MOST_BRANCHES);
                queryUnion(session, sql, columns, start, end, reader, shared, found);
            }
        } else if (sql.contains(ONE_BY_ONE)) {
            for (int row = 0; row < columns.rows(); row++) {
                queryUnion(session, sql, columns, row, row + 1, reader, shared, found);
            }
        } else {
            JsonRows parts = new JsonRows(columns, TIME::format);
            try (PreparedStatement statement = session.prepare(sql)) {
                session.bind(statement, 2, shared);
                while (parts.hasNext()) {
                    statement.setString(1, parts.next());
                    session.readInto(found, statement, reader);
                }
            }
        }
        return found;
    }

    private static <T, R> void queryUnion(
            Session session,
            String sql,
            Columns<T> columns,
            int start,
            int end,
            Session.RowReader<R> reader,
            @Nullable Object[] shared,
            List<R> found)
            throws SQLException {
        try (PreparedStatement statement = session.prepare(union(sql, end - start))) {
            int index = 1;
            for (int row = start; row < end; row++) {
                for (int column = 0; column < columns.width(); column++) {
                    session.bindOne(statement, index++, columns.value(column, row));
                }
                for (Object parameter : shared) {
                    session.bindOne(
                            statement, index++, parameter instanceof HeldOfSlots held ? held.of(row) : parameter);
                }
            }
            session.readInto(found, statement, reader);
        }
    }

    /** {@code sql} so many times, as the branches of one statement. */
    static String union(String sql, int branches) {
        return branches == 1 ? sql : "(" + String.join(") UNION ALL (", Collections.nCopies(branches, sql)) + ")";
    }

    @Override
    public List<String> durabilityWarnings(Session session, Names names) throws SQLException {
        return new MysqlDurability(flavor).warnings(session);
    }
}
