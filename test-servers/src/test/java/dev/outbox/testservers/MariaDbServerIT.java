package dev.outbox.testservers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class MariaDbServerIT {
    private static final Duration BOUND = Duration.ofSeconds(60);

    @Test
    void theSharedServerIsOneAndIsDurable() throws SQLException {
        MariaDbServer server = MariaDbServer.shared();
        server.close();

        assertThat(MariaDbServer.shared()).isSameAs(server);
        try (Database database = server.createDatabase()) {
            assertThat(value(database, "SELECT @@innodb_flush_log_at_trx_commit"))
                    .isEqualTo("1");
            assertThat(value(database, "SELECT @@sync_binlog")).isEqualTo("1");
        }
    }

    @Test
    void eachDatabaseIsEmptyAndItsOwn() throws SQLException {
        try (Database first = MariaDbServer.shared().createDatabase();
                Database second = MariaDbServer.shared().createDatabase()) {
            execute(first, "CREATE TABLE only_here (id int)");

            String tables = "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE()";
            assertThat(value(first, tables)).isEqualTo("1");
            assertThat(value(second, tables)).isEqualTo("0");
            assertThat(first.jdbcUrl()).isNotEqualTo(second.jdbcUrl());
        }
    }

    @Test
    void closingADatabaseEndsItsConnectionsAndTheirLocks() throws SQLException {
        Database database = MariaDbServer.shared().createDatabase();
        execute(database, "CREATE TABLE t (id int)");
        try (Connection open = database.dataSource().getConnection()) {
            open.setAutoCommit(false);
            try (Statement statement = open.createStatement()) {
                statement.execute("INSERT INTO t VALUES (1)");
            }
            database.close();
            database.close();

            assertThatThrownBy(() -> query(open, "SELECT 1")).isInstanceOf(SQLException.class);
            assertThatThrownBy(() -> value(database, "SELECT 1")).isInstanceOf(SQLException.class);
        }
    }

    @Test
    void committedRowsSurviveAKillAndAnImmediateStop() throws SQLException {
        try (MariaDbServer server = MariaDbServer.start();
                Database database = server.createDatabase()) {
            execute(database, "CREATE TABLE t (id int) ENGINE = InnoDB");
            execute(database, "INSERT INTO t VALUES (1)");

            server.kill();
            assertThatThrownBy(() -> value(database, "SELECT 1")).isInstanceOf(SQLException.class);
            server.restart();
            assertThat(value(database, "SELECT COUNT(*) FROM t")).isEqualTo("1");

            execute(database, "INSERT INTO t VALUES (2)");
            server.stopImmediately();
            server.restart();
            assertThat(value(database, "SELECT COUNT(*) FROM t")).isEqualTo("2");

            server.restart();
            assertThat(value(database, "SELECT COUNT(*) FROM t")).isEqualTo("2");
        }
    }

    @Test
    void aPausedServerAnswersNothingUntilItGoesOn() throws SQLException {
        try (MariaDbServer server = MariaDbServer.start(Map.of("innodb_buffer_pool_size", "64M"));
                Database database = server.createDatabase();
                Connection open = database.dataSource().getConnection()) {
            assertThat(query(open, "SELECT @@innodb_buffer_pool_size")).isEqualTo(String.valueOf(64 << 20));

            server.pause();
            open.setNetworkTimeout(Runnable::run, 200);
            assertThatThrownBy(() -> query(open, "SELECT 1")).isInstanceOf(SQLException.class);

            server.resume();
            assertThat(value(database, "SELECT 1")).isEqualTo("1");

            server.pause();
            server.kill();
            server.restart();
            assertThat(value(database, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void aWrongSettingIsReportedWithTheServersOwnWords() {
        assertThatThrownBy(() -> MariaDbServer.start(Map.of("no_such_setting", "1")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no_such_setting");
    }

    @Test
    void aServerThatTheEnvironmentNamesCanBeUsedButNotControlled() throws SQLException {
        try (MariaDbServer owner = MariaDbServer.start()) {
            MariaDbServer named = named(owner, owner.password());
            try (Database database = named.createDatabase()) {
                assertThat(value(database, "SELECT 1")).isEqualTo("1");
            }

            assertThat(owner.controllable()).isTrue();
            assertThat(named.controllable()).isFalse();
            assertThatThrownBy(named::kill)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("OUTBOX_TEST_MARIADB_URL");
            named.close();
            assertThat(answers(owner)).isTrue();

            assertThatThrownBy(() -> named(owner, "wrong"))
                    .as("at once, not after the time to wait for an answer")
                    .isInstanceOf(IllegalStateException.class)
                    .hasStackTraceContaining("Access denied");
        }
    }

    private static MariaDbServer named(MariaDbServer owner, String password) {
        return MariaDbServer.named(Map.of(
                "OUTBOX_TEST_MARIADB_URL", owner.jdbcUrl(),
                "OUTBOX_TEST_MARIADB_USER", owner.user(),
                "OUTBOX_TEST_MARIADB_PASSWORD", password));
    }

    @Test
    void aClosedServerIsGone() {
        MariaDbServer server = MariaDbServer.start();
        Database database = server.createDatabase();
        server.close();
        server.close();
        database.close();

        assertThat(Await.holdsWithin(() -> !answers(server), BOUND)).isTrue();
    }

    private static boolean answers(MariaDbServer server) {
        try (Connection connection = DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password())) {
            return connection.isValid(1);
        } catch (SQLException refused) {
            return false;
        }
    }

    private static void execute(Database database, String sql) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String value(Database database, String sql) throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            return query(connection, sql);
        }
    }

    private static String query(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
