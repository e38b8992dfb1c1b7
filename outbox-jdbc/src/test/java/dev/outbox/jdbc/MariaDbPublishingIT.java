package dev.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.junit.jupiter.api.extension.RegisterExtension;

class MariaDbPublishingIT extends PublishingBehaviour {
    @RegisterExtension
    final MariaDbDatabase database = new MariaDbDatabase();

    @Override
    TestDatabase database() {
        return database;
    }

    /** One connection, not in auto-commit mode, whose transactions read what is not committed, far from UTC, with another collation. */
    @Override
    void withUnusualDefaults(SqlWork<DataSource> work) throws SQLException {
        try (HikariDataSource pool = MariaDbDatabase.pool(config -> {
            config.setMaximumPoolSize(1);
            config.setAutoCommit(false);
            config.setTransactionIsolation("TRANSACTION_READ_UNCOMMITTED");
            config.setConnectionInitSql(
                    "SET time_zone = '-11:00', innodb_lock_wait_timeout = 7, wait_timeout = 77,"
                            + " collation_connection = utf8mb4_bin, sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES,ONLY_FULL_GROUP_BY'");
        })) {
            work.run(pool);
            try (Connection connection = pool.getConnection()) {
                assertThat(connection.getAutoCommit()).isFalse();
                assertThat(setting(connection, "tx_isolation")).isEqualTo("READ-UNCOMMITTED");
                assertThat(setting(connection, "innodb_lock_wait_timeout")).isEqualTo("7");
                assertThat(setting(connection, "wait_timeout")).isEqualTo("77");
            }
        }
    }

    static String setting(Connection connection, String name) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT @@" + name)) {
            row.next();
            return row.getString(1);
        }
    }
}
