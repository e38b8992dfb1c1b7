package dev.outbox.tool;

import dev.outbox.testservers.Database;
import dev.outbox.testservers.PostgresServer;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;

class PostgresToolIT extends ToolBehaviour {
    private final Database database = PostgresServer.shared().createDatabase();

    @AfterEach
    void drop() {
        database.close();
    }

    @Override
    String url() {
        return database.jdbcUrl();
    }

    @Override
    String user() {
        return database.user();
    }

    @Override
    String password() {
        return database.password();
    }

    @Override
    DataSource dataSource() {
        return database.dataSource();
    }
}
