package dev.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.outbox.spi.StoreException;
import dev.outbox.testservers.Database;
import dev.outbox.testservers.MariaDbServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** On a server of its own, because the settings are the server's. */
class MariaDbDurabilityIT {
    private static MariaDbServer server;
    private static Database database;
    private static HikariDataSource pool;
    private static JdbcOutbox outbox;

    @BeforeAll
    static void start() {
        server = MariaDbServer.start(Map.of(
                "log_bin", "binlog", "server_id", "1", "binlog_format", "ROW", "innodb_buffer_pool_size", "64M"));
        database = server.createDatabase();
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(database.jdbcUrl());
        config.setUsername(database.user());
        config.setPassword(database.password());
        config.setMaximumPoolSize(2);
        pool = new HikariDataSource(config);
        outbox = JdbcOutbox.on(pool);
        outbox.schema().apply();
    }

    @AfterAll
    static void stop() {
        pool.close();
        database.close();
        server.close();
    }

    private static void set(String setting) {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("SET GLOBAL " + setting);
        } catch (SQLException failed) {
            throw new IllegalStateException(setting, failed);
        }
    }

    private static List<String> warnings() {
        return outbox.store().durabilityWarnings();
    }

    @Test
    void aServerThatForgetsNothingIsNotWarnedOf() {
        assertThat(warnings()).isEmpty();
    }

    @Test
    void commitsThatAreNotFlushedAreNamed() {
        for (int forgetful : new int[] {0, 2}) {
            set("innodb_flush_log_at_trx_commit = " + forgetful);
            try {
                assertThat(warnings())
                        .singleElement()
                        .asString()
                        .contains("innodb_flush_log_at_trx_commit=" + forgetful)
                        .contains("Set it to 1");
            } finally {
                set("innodb_flush_log_at_trx_commit = 1");
            }
        }
    }

    @Test
    void aBinaryLogThatIsNotFlushedIsNamed() {
        set("sync_binlog = 0");
        try {
            assertThat(warnings()).singleElement().asString().contains("sync_binlog=0");
        } finally {
            set("sync_binlog = 1");
        }
    }

    @Test
    void aBinaryLogOfStatementsIsRefused() {
        set("binlog_format = STATEMENT");
        try {
            assertThatThrownBy(MariaDbDurabilityIT::warnings)
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("binlog_format=STATEMENT");
        } finally {
            set("binlog_format = ROW");
        }
    }

    @Test
    void aReplicaIsRefused() {
        set("read_only = ON");
        try {
            assertThatThrownBy(MariaDbDurabilityIT::warnings)
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("read-only");
        } finally {
            set("read_only = OFF");
        }
    }
}
