package dev.outbox.jdbc;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How many rows reach a database in this process, by method calls: one after another. */
final class RowByRow {
    private RowByRow() {}

    /** @param width how many of the columns are parameters of the statement: the first ones */
    static <T> int updateAll(Session session, PreparedStatement statement, Columns<T> columns, int width)
            throws SQLException {
        for (int row = 0; row < columns.rows(); row++) {
            bindRow(session, statement, columns, row, width);
            statement.addBatch();
        }
        int changed = 0;
        for (int count : statement.executeBatch()) {
            changed += count;
        }
        return changed;
    }

    static <T, R> List<R> queryAll(
            Session session, String sql, Columns<T> columns, Session.RowReader<R> reader, @Nullable Object... shared)
            throws SQLException {
        List<R> found = new ArrayList<>();
        try (PreparedStatement statement = session.prepare(sql)) {
            session.bind(statement, columns.width() + 1, shared);
            for (int row = 0; row < columns.rows(); row++) {
                bindRow(session, statement, columns, row, columns.width());
                bindHeld(session, statement, columns.width() + 1, row, shared);
                session.readInto(found, statement, reader);
            }
        }
        return found;
    }

    /** What is held of the row's slot alone. */
    private static void bindHeld(
            Session session, PreparedStatement statement, int first, int row, @Nullable Object... shared)
            throws SQLException {
        for (int i = 0; i < shared.length; i++) {
            if (shared[i] instanceof HeldOfSlots held) {
                session.bindOne(statement, first + i, held.of(row));
            }
        }
    }

    private static <T> void bindRow(
            Session session, PreparedStatement statement, Columns<T> columns, int row, int width) throws SQLException {
        for (int column = 0; column < width; column++) {
            session.bindOne(statement, column + 1, columns.value(column, row));
        }
    }
}
