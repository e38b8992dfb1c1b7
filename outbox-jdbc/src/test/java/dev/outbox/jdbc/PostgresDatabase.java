package dev.outbox.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.outbox.testservers.Database;
import dev.outbox.testservers.PostgresServer;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** An empty PostgreSQL database, for one test, behind a pool. */
final class PostgresDatabase implements AfterEachCallback {
    private final Database database = PostgresServer.shared().createDatabase();
    private final HikariDataSource pool = pool(config -> {});

    /** Another pool to the same database; the test closes it. */
    HikariDataSource pool(Consumer<HikariConfig> settings) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(database.jdbcUrl());
        config.setUsername(database.user());
        config.setPassword(database.password());
        config.setMaximumPoolSize(20);
        config.setMinimumIdle(0);
        settings.accept(config);
        return new HikariDataSource(config);
    }

    DataSource dataSource() {
        return pool;
    }

    /** With the tables. */
    JdbcOutbox outbox() {
        JdbcOutbox outbox = JdbcOutbox.on(pool);
        outbox.schema().apply();
        return outbox;
    }

    @Override
    public void afterEach(ExtensionContext context) {
        pool.close();
        database.close();
    }
}
