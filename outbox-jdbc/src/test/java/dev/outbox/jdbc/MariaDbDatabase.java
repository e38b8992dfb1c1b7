package dev.outbox.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.outbox.testservers.Database;
import dev.outbox.testservers.MariaDbServer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A database with the tables in it, for one test, in a MariaDB server that all tests of this JVM share. */
final class MariaDbDatabase implements TestDatabase {
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private static final class Shared {
        static final Database DATABASE = MariaDbServer.shared().createDatabase();
        static final HikariDataSource POOL = pool(config -> {});
    }

    private final String schema = "test_" + DATABASES.incrementAndGet() + "_"
            + Shared.DATABASE.jdbcUrl().replaceAll(".*_", "");

    MariaDbDatabase() {
        execute("CREATE DATABASE " + schema + " CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci");
    }

    static String url() {
        return Shared.DATABASE.jdbcUrl();
    }

    /** Another pool to the same server; the test closes it. */
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
        execute("SET STATEMENT lock_wait_timeout = 5 FOR DROP DATABASE " + schema);
    }
}
