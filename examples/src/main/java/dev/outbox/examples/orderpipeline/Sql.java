package dev.outbox.examples.orderpipeline;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Statements with parameters, in one line each. */
public final class Sql {
    private Sql() {}

    /** Makes a value of the current row. */
    @FunctionalInterface
    public interface Row<T> {
        /** Reads the current row, and does not move to another. */
        T read(ResultSet row) throws SQLException;
    }

    /** Runs a statement that changes rows; returns how many. */
    public static int update(Connection tx, String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = prepare(tx, sql, parameters)) {
            return statement.executeUpdate();
        }
    }

    /** All rows of a query. */
    public static <T> List<T> query(Connection tx, String sql, Row<T> row, Object... parameters) throws SQLException {
        try (PreparedStatement statement = prepare(tx, sql, parameters);
                ResultSet result = statement.executeQuery()) {
            List<T> rows = new ArrayList<>();
            while (result.next()) {
                rows.add(row.read(result));
            }
            return rows;
        }
    }

    /** The number that a query of one row and one column finds. */
    public static long number(Connection tx, String sql, Object... parameters) throws SQLException {
        return query(tx, sql, row -> row.getLong(1), parameters).get(0);
    }

    private static PreparedStatement prepare(Connection tx, String sql, Object... parameters) throws SQLException {
        PreparedStatement statement = tx.prepareStatement(sql);
        try {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            return statement;
        } catch (SQLException e) {
            statement.close();
            throw e;
        }
    }
}
