package dev.outbox.testservers;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.ds.PGSimpleDataSource;

/** The few statements by which databases are made and dropped, each in a connection of its own. */
final class PostgresSession {
    private static final int BOUND_SECONDS = 30;

    private PostgresSession() {}

    /** A source of connections without any timeout. */
    static PGSimpleDataSource dataSource(PostgresUrl url, Credentials credentials) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setURL(url.jdbcUrl());
        dataSource.setUser(credentials.user());
        dataSource.setPassword(credentials.password());
        return dataSource;
    }

    /**
     * Executes one statement in auto-commit mode.
     *
     * @throws IllegalStateException if it fails or takes longer than 30 seconds
     */
    static void execute(PostgresUrl url, Credentials credentials, String sql) {
        try (Connection connection = connect(url, credentials);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failed) {
            throw new IllegalStateException(sql + " failed at " + url.address(), failed);
        }
    }

    /** Rolls back what is prepared in a database: neither DROP DATABASE nor its FORCE does that. */
    static void rollbackPrepared(PostgresUrl administration, PostgresUrl database, Credentials credentials) {
        for (String transaction : prepared(administration, database.database(), credentials)) {
            execute(database, credentials, "ROLLBACK PREPARED '" + transaction.replace("'", "''") + "'");
        }
    }

    private static List<String> prepared(PostgresUrl administration, String database, Credentials credentials) {
        String sql = "SELECT gid FROM pg_prepared_xacts WHERE database = ?";
        try (Connection connection = connect(administration, credentials);
                PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, database);
            List<String> transactions = new ArrayList<>();
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    transactions.add(rows.getString(1));
                }
            }
            return transactions;
        } catch (SQLException failed) {
            throw new IllegalStateException(sql + " failed at " + administration.address(), failed);
        }
    }

    static Connection connect(PostgresUrl url, Credentials credentials) throws SQLException {
        PGSimpleDataSource dataSource = dataSource(url, credentials);
        dataSource.setLoginTimeout(BOUND_SECONDS);
        dataSource.setSocketTimeout(BOUND_SECONDS);
        return dataSource.getConnection();
    }
}
