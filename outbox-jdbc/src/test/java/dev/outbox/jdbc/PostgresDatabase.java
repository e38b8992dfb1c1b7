package dev.outbox.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.outbox.testservers.Database;
import dev.outbox.testservers.PostgresServer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A schema with the tables in it, for one test, in a PostgreSQL database that all tests of this JVM share. */
final class PostgresDatabase implements TestDatabase {
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

    @Override
    public HikariDataSource dataSource() {
        return Shared.POOL;
    }

    @Override
    public JdbcOptions options() {
        return JdbcOptions.defaults().schema(schema);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        execute("DROP SCHEMA " + schema + " CASCADE");
    }
}
