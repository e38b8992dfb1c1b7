package dev.outbox.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.junit.jupiter.api.extension.AfterEachCallback;

/** A database for one test. */
interface TestDatabase extends AfterEachCallback {
    /** A pool whose connections have the usual settings. */
    DataSource dataSource();

    /** Where the tables of this test are. */
    JdbcOptions options();

    /** What a table of this test is called. */
    default String table(String name) {
        return options().names().resolve("${prefix}" + name);
    }

    /** A point in time, such as 2020-01-02 03:04:05, as a column holds it. */
    default String time(String literal) {
        return "TIMESTAMP '" + literal + "'";
    }

    /** An outbox without tables. */
    default JdbcOutbox bare() {
        return JdbcOutbox.on(dataSource(), options());
    }

    /** An outbox with tables. */
    default JdbcOutbox outbox() {
        JdbcOutbox outbox = bare();
        outbox.schema().apply();
        return outbox;
    }

    default void execute(String sql) {
        try (Connection connection = dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failed) {
            throw new IllegalStateException(sql, failed);
        }
    }

    default long number(String query) {
        try (Connection connection = dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        } catch (SQLException failed) {
            throw new IllegalStateException(query, failed);
        }
    }

    default long count(String table) {
        return number("SELECT count(*) FROM " + table(table));
    }
}
