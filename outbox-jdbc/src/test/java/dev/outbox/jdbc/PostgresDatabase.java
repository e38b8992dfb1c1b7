package dev.outbox.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.outbox.testservers.Database;
import dev.outbox.testservers.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A schema with the tables in it, for one test, in a PostgreSQL database that all tests of this JVM share. */
final class PostgresDatabase implements AfterEachCallback {
    private static final AtomicInteger SCHEMAS = new AtomicInteger();

    private static final class Shared {
        static final Database DATABASE = PostgresServer.shared().createDatabase();
        static final HikariDataSource POOL = pool(config -> {});
    }

    private final String schema = "test_" + SCHEMAS.incrementAndGet();

    PostgresDatabase() {
        execute("CREATE SCHEMA " + schema);
    }

    /** Another pool to the same database; the test closes it. */
    static HikariDataSource pool(Consumer<HikariConfig> settings) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(Shared.DATABASE.jdbcUrl());
        config.setUsername(Shared.DATABASE.user());
        config.setPassword(Shared.DATABASE.password());
        config.setMaximumPoolSize(20);
        config.setMinimumIdle(0);
        settings.accept(config);
        return new HikariDataSource(config);
    }

    HikariDataSource dataSource() {
        return Shared.POOL;
    }

    JdbcOptions options() {
        return JdbcOptions.defaults().schema(schema);
    }

    /** What tables of this test are named by. */
    String qualified(String table) {
        return schema + "." + table;
    }

    /** With the tables. */
    JdbcOutbox outbox() {
        JdbcOutbox outbox = JdbcOutbox.on(dataSource(), options());
        outbox.schema().apply();
        return outbox;
    }

    void execute(String sql) {
        try (Connection connection = dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failed) {
            throw new IllegalStateException(sql, failed);
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        execute("DROP SCHEMA " + schema + " CASCADE");
    }
}
