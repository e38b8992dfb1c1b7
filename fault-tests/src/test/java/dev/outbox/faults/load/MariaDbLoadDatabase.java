package dev.outbox.faults.load;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.outbox.jdbc.JdbcOutbox;
import dev.outbox.testservers.Database;
import dev.outbox.testservers.MariaDbServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** A MariaDB database of one test with the tables of an outbox and a pool of connections. */
final class MariaDbLoadDatabase implements AutoCloseable {
    private final Database database = MariaDbServer.shared().createDatabase();
    private final HikariDataSource pool = pool(database);
    private final JdbcOutbox outbox = JdbcOutbox.on(pool);

    MariaDbLoadDatabase() {
        outbox.schema().apply();
    }

    private static HikariDataSource pool(Database database) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(database.jdbcUrl());
        config.setUsername(database.user());
        config.setPassword(database.password());
        config.setMaximumPoolSize(8);
        config.setMinimumIdle(0);
        return new HikariDataSource(config);
    }

    JdbcOutbox outbox() {
        return outbox;
    }

    HikariDataSource pool() {
        return pool;
    }

    Database server() {
        return database;
    }

    void execute(String sql) {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException("cannot execute " + sql, e);
        }
    }

    long count(String table) {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM " + table)) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException("cannot count " + table, e);
        }
    }

    @Override
    public void close() {
        pool.close();
        database.close();
    }
}
