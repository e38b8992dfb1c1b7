package dev.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.outbox.spi.OutboxStore;
import dev.outbox.testkit.OutboxStoreContract;
import dev.outbox.testkit.PublishingTransaction;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The driver of MySQL, with which MariaDB can be used too: it calls the database MySQL and gives other states to errors. */
class MysqlDriverStoreIT extends OutboxStoreContract {
    @RegisterExtension
    final MariaDbDatabase database = new MariaDbDatabase();

    private static final HikariDataSource POOL = MariaDbDatabase.pool(
            config -> config.setJdbcUrl(config.getJdbcUrl().replace("jdbc:mariadb:", "jdbc:mysql:")));
    private final JdbcOutbox outbox = JdbcOutbox.on(POOL, database.options());

    MysqlDriverStoreIT() {
        outbox.schema().apply();
    }

    @AfterAll
    static void closePool() {
        POOL.close();
    }

    @Override
    protected OutboxStore store() {
        return outbox.store();
    }

    @Override
    protected PublishingTransaction begin() {
        return new JdbcPublishing(outbox, POOL);
    }

    @Override
    protected void passTime(Duration time) {
        Passing.pass(time);
    }

    @Test
    void theDriverSaysMySqlAndTheDatabaseIsFoundToBeMariaDb() throws SQLException {
        try (Connection connection = POOL.getConnection()) {
            assertThat(connection.getMetaData().getDatabaseProductName()).isEqualTo("MySQL");
            assertThat(Dialect.of(connection).name()).isEqualTo("mariadb");
        }
    }
}
