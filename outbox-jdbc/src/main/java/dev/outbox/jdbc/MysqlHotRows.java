package dev.outbox.jdbc;

import dev.outbox.Message;
import dev.outbox.spi.Fetch;
import dev.outbox.spi.Fetched;
import dev.outbox.spi.RowRef;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * {@code outbox_message} in MySQL and MariaDB.
 *
 * <p>InnoDB removes deleted rows by itself, so floors stay at zero (the horizon is 0). Nothing that could be asked of it says which positions can still appear: a position
 * is handed out before its row is there, for whoever looks.
 */
final class MysqlHotRows implements HotRows {
    /** Below the 65,535 parameters that a prepared statement of the server takes. */
    private static final int MOST_ROWS = 5_000;

    /** Bytes of payload, which double at most on their way. The server's default takes 16 MiB at a time. */
    private static final long MOST_BYTES = 4 << 20;

    /** From 1,000 values on MariaDB makes a join of a list. */
    private static final int MOST_DELETED = 900;

    private static final String INSERT = """
            INSERT INTO ${prefix}outbox_message (
                slot, id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                not_before, payload)
            VALUES
            """;

    private static final String VALUES = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    /**
     * Positions are looked up in their index, and names make sure that a row is meant: half the cost of a join with the rows. The order of the plan must not depend on
     * statistics, because whoever reads the whole table waits for every publisher.
     */
    private static final String DELETE = """
            DELETE m
            FROM ${prefix}outbox_message AS m FORCE INDEX (outbox_message_position)
            WHERE m.position IN (%1$s) AND CONCAT(m.slot, ' ', m.position, ' ', m.id) IN (%1$s)
            """;

    private final MysqlFetchSql fetchSql;
    private final String insert;
    private final String delete;

    MysqlHotRows(Names names, MysqlFlavor flavor) {
        this.fetchSql = new MysqlFetchSql(names, flavor);
        this.insert = names.resolve(INSERT);
        this.delete = names.resolve(DELETE);
    }

    @Override
    public void insert(Session session, List<Message> messages) throws SQLException {
        for (int start = 0; start < messages.size(); ) {
            int end = endOfStatement(messages, start);
            insertAtOnce(session, messages.subList(start, end));
            start = end;
        }
    }

    private static int endOfStatement(List<Message> messages, int start) {
        long bytes = 0;
        int end = start;
        while (end < messages.size() && end < start + MOST_ROWS) {
            bytes += messages.get(end).payload().size();
            if (bytes > MOST_BYTES && end > start) {
                break;
            }
            end++;
        }
        return end;
    }

    private void insertAtOnce(Session session, List<Message> messages) throws SQLException {
        Columns<Message> columns = MessageRow.columns(messages);
        String sql = insert + String.join(", ", Collections.nCopies(messages.size(), VALUES));
        try (PreparedStatement statement = session.prepare(sql)) {
            int index = 1;
            for (int row = 0; row < columns.rows(); row++) {
                for (int column = 0; column < columns.width(); column++) {
                    session.bindOne(statement, index++, columns.value(column, row));
                }
            }
            statement.executeUpdate();
        }
    }

    @Override
    public int delete(Session session, List<RowRef> rows) throws SQLException {
        return OwnTransaction.run(session, () -> {
            int deleted = 0;
            for (int start = 0; start < rows.size(); start += MOST_DELETED) {
                deleted += deleteAtOnce(session, rows.subList(start, Math.min(rows.size(), start + MOST_DELETED)));
            }
            return deleted;
        });
    }

    private int deleteAtOnce(Session session, List<RowRef> rows) throws SQLException {
        String sql = String.format(Locale.ROOT, delete, String.join(",", Collections.nCopies(rows.size(), "?")));
        try (PreparedStatement statement = session.prepare(sql)) {
            int index = 1;
            for (RowRef row : rows) {
                statement.setLong(index++, row.position());
            }
            for (RowRef row : rows) {
                statement.setString(index++, row.slot() + " " + row.position() + " " + row.id());
            }
            return statement.executeUpdate();
        }
    }

    /** Statements in auto-commit mode have a picture of their own each, unless the session reads what is not committed. */
    @Override
    public Fetched fetch(Session session, Fetch fetch) throws SQLException {
        MysqlFetch reading = new MysqlFetch(session, fetch, fetchSql);
        Fetched fetched = reading.read();
        return reading.hasReadUncommitted()
                ? OwnTransaction.run(session, () -> new MysqlFetch(session, fetch, fetchSql).read())
                : fetched;
    }
}
