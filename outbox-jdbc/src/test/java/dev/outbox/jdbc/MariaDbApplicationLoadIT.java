package dev.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/** With the default isolation, REPEATABLE READ, whose gap locks must not meet those of the library. See {@link ApplicationLoadBehaviour}. */
class MariaDbApplicationLoadIT extends ApplicationLoadBehaviour {
    @RegisterExtension
    final MariaDbDatabase database = new MariaDbDatabase();

    private final HikariDataSource application = MariaDbDatabase.pool(config -> {});

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
        return "bigint AUTO_INCREMENT";
    }

    @Override
    void checkEnded(int transactions) {
        assertThat(transactions).as("transactions that ended in a deadlock").isZero();
    }
}
