package dev.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/** With the application's transactions, the handlers' too, at SERIALIZABLE, where the database may end any of them. See {@link ApplicationLoadBehaviour}. */
class PostgresApplicationLoadIT extends ApplicationLoadBehaviour {
    @RegisterExtension
    final PostgresDatabase database = new PostgresDatabase();

    private final HikariDataSource application =
            PostgresDatabase.pool(config -> config.setTransactionIsolation("TRANSACTION_SERIALIZABLE"));

    @AfterEach
    void closePool() {
        application.close();
    }

    @Override
    TestDatabase database() {
        return database;
    }

    @Override
    DataSource application() {
        return application;
    }

    @Override
    String identity() {
        return "bigint GENERATED ALWAYS AS IDENTITY";
    }

    @Override
    void checkEnded(int transactions) {
        assertThat(transactions).as("transactions that were repeated").isNotNegative();
    }
}
