package dev.outbox.faults.load;

import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.outbox.jdbc.JdbcOptions;
import dev.outbox.jdbc.JdbcOutbox;
import dev.outbox.testservers.Database;
import dev.outbox.testservers.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** A PostgreSQL database of one test with the tables of an outbox and a pool of connections. */
final class LoadDatabase implements AutoCloseable {
    private static final int POOL_SIZE = 12;

    private final Database database;
    private final HikariDataSource pool;
    private final JdbcOutbox outbox;

    private LoadDatabase(Database database, JdbcOptions options) {
        this.database = database;
        this.pool = pool(database, POOL_SIZE);
        this.outbox = JdbcOutbox.on(pool, options);
        outbox.schema().apply();
    }

    static LoadDatabase create() {
        return create(JdbcOptions.defaults());
    }

    static LoadDatabase create(JdbcOptions options) {
        return new LoadDatabase(PostgresServer.shared().createDatabase(), options);
    }

    static LoadDatabase on(PostgresServer server) {
        return new LoadDatabase(server.createDatabase(), JdbcOptions.defaults());
    }

    private static HikariDataSource pool(Database database, int size) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(database.jdbcUrl());
        config.setUsername(database.user());
        config.setPassword(database.password());
        config.setMaximumPoolSize(size);
        config.setMinimumIdle(0);
        return new HikariDataSource(config);
    }

    /** A pool of one connection to the same database; the test closes it. */
    HikariDataSource onlyConnection() {
        return pool(database, 1);
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

    void execute(String... statements) {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("cannot execute " + String.join("; ", statements), e);
        }
    }

    long number(String query) {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException("cannot run " + query, e);
        }
    }

    long count(String table) {
        return number("SELECT count(*) FROM " + table);
    }

    /** Ends the connections of the pool that nobody uses, and waits until the server has seen it. */
    void endIdleConnections() {
        int used = pool.getHikariPoolMXBean().getActiveConnections();
        pool.getHikariPoolMXBean().softEvictConnections();
        await("the idle connections have ended")
                .atMost(Duration.ofSeconds(20))
                .until(() -> number("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                                + " AND backend_type = 'client backend'")
                        <= used + 1);
    }

    /** Lets what earlier work left behind not burden what is measured next. */
    void settleDown() {
        execute("VACUUM ANALYZE", "CHECKPOINT");
    }

    @Override
    public void close() {
        pool.close();
        database.close();
    }
}
