package dev.outbox.testservers;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.mariadb.jdbc.MariaDbDataSource;

/** The few statements by which databases are made and dropped, each in a connection of its own. */
final class MariaDbSession {
    private static final int BOUND_MILLIS = 30_000;

    private MariaDbSession() {}

    /** A source of connections without any timeout. */
    static DataSource dataSource(MariaDbUrl url, Credentials credentials) {
        return dataSource(url.jdbcUrl(), credentials);
    }

    private static MariaDbDataSource dataSource(String url, Credentials credentials) {
        try {
            MariaDbDataSource dataSource = new MariaDbDataSource(url);
            dataSource.setUser(credentials.user());
            dataSource.setPassword(credentials.password());
            return dataSource;
        } catch (SQLException refused) {
            throw new IllegalArgumentException("The driver refuses the URL of MariaDB", refused);
        }
    }

    /**
     * Executes one statement in auto-commit mode.
     *
     * @throws IllegalStateException if it fails or takes longer than 30 seconds
     */
    static void execute(MariaDbUrl url, Credentials credentials, String sql) {
        try (Connection connection = connect(url, credentials);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failed) {
            throw new IllegalStateException(sql + " failed at " + url.address(), failed);
        }
    }

    /** Ends all connections to a database: dropping it would wait for their transactions. */
    static void endConnections(MariaDbUrl administration, String database, Credentials credentials) {
        try (Connection connection = connect(administration, credentials);
                Statement statement = connection.createStatement()) {
            for (long id : connections(statement, database)) {
                kill(statement, id);
            }
        } catch (SQLException failed) {
            throw new IllegalStateException("Cannot end the connections to " + database, failed);
        }
    }

    private static List<Long> connections(Statement statement, String database) throws SQLException {
        List<Long> ids = new ArrayList<>();
        try (ResultSet rows =
                statement.executeQuery("SELECT id FROM information_schema.processlist WHERE db = '" + database + "'")) {
            while (rows.next()) {
                ids.add(rows.getLong(1));
            }
        }
        return ids;
    }

    private static void kill(Statement statement, long id) {
        try {
            statement.execute("KILL " + id);
        } catch (SQLException goneMeanwhile) {
            // Then there is nothing to end.
        }
    }

    static Connection connect(MariaDbUrl url, Credentials credentials) throws SQLException {
        MariaDbDataSource dataSource = dataSource(
                url.jdbcUrl() + (url.parameters().isEmpty() ? "?" : "&") + "connectTimeout=" + BOUND_MILLIS
                        + "&socketTimeout=" + BOUND_MILLIS,
                credentials);
        return dataSource.getConnection();
    }
}
