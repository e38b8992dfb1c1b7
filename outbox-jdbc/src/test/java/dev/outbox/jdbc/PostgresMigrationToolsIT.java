package dev.outbox.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresMigrationToolsIT extends MigrationToolsBehaviour {
    @RegisterExtension
    final PostgresDatabase database = new PostgresDatabase();

    private final HikariDataSource pool = PostgresDatabase.pool(
            config -> config.setSchema(database.options().names().schema()));

    @AfterEach
    void closePool() {
        pool.close();
    }

    @Override
    DataSource dataSource() {
        return pool;
    }

    @Override
    String dialect() {
        return "postgresql";
    }
}
