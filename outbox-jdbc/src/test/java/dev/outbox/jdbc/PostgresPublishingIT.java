package dev.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.outbox.spi.StoreException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresPublishingIT extends PublishingBehaviour {
    @RegisterExtension
    final PostgresDatabase database = new PostgresDatabase();

    @Override
    TestDatabase database() {
        return database;
    }

    /** One connection, not in auto-commit mode, and a role whose transactions are REPEATABLE READ. */
    @Override
    void withUnusualDefaults(SqlWork<DataSource> work) throws SQLException {
        try (HikariDataSource pool = PostgresDatabase.pool(config -> {
            config.setMaximumPoolSize(1);
            config.setAutoCommit(false);
            config.setConnectionInitSql(
                    "SET default_transaction_isolation = 'repeatable read'; SET enable_seqscan = on; SET lock_timeout = '7s'");
        })) {
            work.run(pool);
            try (Connection connection = pool.getConnection()) {
                assertThat(connection.getAutoCommit()).isFalse();
                assertThat(setting(connection, "transaction_isolation")).isEqualTo("repeatable read");
                assertThat(setting(connection, "lock_timeout")).isEqualTo("7s");
                assertThat(setting(connection, "enable_seqscan")).isEqualTo("on");
                assertThat(setting(connection, "enable_hashjoin")).isEqualTo("on");
                assertThat(setting(connection, "idle_in_transaction_session_timeout"))
                        .isEqualTo("0");
            }
        }
    }

    private static String setting(Connection connection, String name) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW " + name)) {
            row.next();
            return row.getString(1);
        }
    }

    @Test
    void g1_aTransactionInWhichAFailureWasSwallowedIsNoSuccess() {
        JdbcOutbox outbox = database.outbox();
        assertThatThrownBy(() -> outbox.transaction(tx -> {
                    outbox.publish(tx, message("k"));
                    assertThatThrownBy(() -> tx.createStatement().execute("SELECT 1 / 0"))
                            .isInstanceOf(SQLException.class);
                    return true;
                }))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("25P02");
        assertThat(database.count("outbox_message")).isZero();
    }
}
