package dev.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.outbox.Message;
import dev.outbox.spi.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SqlitePublishingTest extends PublishingBehaviour {
    @RegisterExtension
    final SqliteDatabase database = new SqliteDatabase();

    @Override
    TestDatabase database() {
        return database;
    }

    /** One connection, not in auto-commit mode, so always in a transaction. */
    @Override
    void withUnusualDefaults(SqlWork<DataSource> work) throws SQLException {
        try (HikariDataSource pool = database.pool("busy_timeout=7777", config -> {
            config.setMaximumPoolSize(1);
            config.setAutoCommit(false);
            config.setTransactionIsolation("TRANSACTION_READ_UNCOMMITTED");
        })) {
            work.run(pool);
            try (Connection connection = pool.getConnection()) {
                assertThat(connection.getAutoCommit()).isFalse();
                assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_UNCOMMITTED);
                assertThat(SqliteTransactions.busyTimeout(connection)).isEqualTo(7_777);
                connection.rollback();
            }
        }
    }

    /** SQLite has no schemas. */
    @Test
    @Override
    void theScriptIsPrintedWithItsNames() {
        assertThat(database.bare().schema().script())
                .contains("shop_outbox_message (")
                .contains("shop_inbox_parked (")
                .doesNotContain("${");
        JdbcOutbox elsewhere =
                JdbcOutbox.on(database.dataSource(), database.options().schema("messaging"));
        assertThatThrownBy(() -> elsewhere.schema().script())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("SQLite has no schemas")
                .hasMessageContaining("messaging");
        assertThatThrownBy(() -> Schema.script("sqlite", database.options().schema("messaging"), 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("SQLite has no schemas");
    }

    /** SQLite's errors of a constraint name its columns or its words. */
    @Test
    @Override
    void failuresShowNoValuesOfTheMessage() throws SQLException {
        JdbcOutbox outbox = database.outbox();
        database.execute("CREATE UNIQUE INDEX no_canary ON shop_outbox_message (id)");
        Message canary = Message.to("d")
                .id("canary-id")
                .key("canary-key")
                .header("h", "canary-header")
                .text("canary-payload");
        try (Connection tx = database.dataSource().getConnection()) {
            tx.setAutoCommit(false);
            assertThatThrownBy(() -> outbox.publish(tx, canary, canary))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("UNIQUE constraint failed")
                    .satisfies(
                            failure -> assertThat(Threads.stackTraceOf(failure)).doesNotContain("canary-"));
            tx.rollback();
        }
    }
}
