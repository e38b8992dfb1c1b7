package dev.outbox.testservers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.Driver;

@Timeout(300)
class PostgresServerIT {
    private static final Duration BOUND = Duration.ofSeconds(60);

    @Test
    void theSharedServerIsOneAndIsDurable() throws SQLException {
        PostgresServer server = PostgresServer.shared();
        server.close();

        assertThat(PostgresServer.shared()).isSameAs(server);
        try (Database database = server.createDatabase()) {
            assertThat(value(database, "SHOW fsync")).isEqualTo("on");
            assertThat(value(database, "SHOW synchronous_commit")).isEqualTo("on");
            assertThat(Integer.parseInt(value(database, "SHOW max_prepared_transactions")))
                    .isGreaterThanOrEqualTo(10);
        }
    }

    @Test
    void eachDatabaseIsEmptyAndItsOwn() throws SQLException {
        try (Database first = PostgresServer.shared().createDatabase();
                Database second = PostgresServer.shared().createDatabase()) {
            execute(first, "CREATE TABLE only_here (id int)");

            assertThat(value(first, "SELECT count(*) FROM pg_tables WHERE tablename = 'only_here'"))
                    .isEqualTo("1");
            assertThat(value(second, "SELECT count(*) FROM pg_tables WHERE tablename = 'only_here'"))
                    .isEqualTo("0");
            assertThat(first.jdbcUrl()).isNotEqualTo(second.jdbcUrl());
        }
    }

    @Test
    void closingADatabaseEndsItsConnectionsAndPreparedTransactions() throws SQLException {
        Database database = PostgresServer.shared().createDatabase();
        execute(database, "CREATE TABLE t (id int)");
        execute(database, "BEGIN; INSERT INTO t VALUES (1); PREPARE TRANSACTION 'it''s left over'");
        try (Connection open = database.dataSource().getConnection()) {
            database.close();
            database.close();

            assertThatThrownBy(() -> query(open, "SELECT 1")).isInstanceOf(SQLException.class);
            assertThatThrownBy(() -> value(database, "SELECT 1"))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            failure -> assertThat(failure.getSQLState()).isEqualTo("3D000"));
        }
    }

    @Test
    void committedRowsSurviveAKillAndAnImmediateStop() throws SQLException {
        try (PostgresServer server = PostgresServer.start();
                Database database = server.createDatabase()) {
            execute(database, "CREATE TABLE t (id int); INSERT INTO t VALUES (1)");

            server.kill();
            assertThatThrownBy(() -> value(database, "SELECT 1")).isInstanceOf(SQLException.class);
            server.restart();
            assertThat(value(database, "SELECT count(*) FROM t")).isEqualTo("1");

            execute(database, "INSERT INTO t VALUES (2)");
            server.stopImmediately();
            server.restart();
            assertThat(value(database, "SELECT count(*) FROM t")).isEqualTo("2");

            server.restart();
            assertThat(value(database, "SELECT count(*) FROM t")).isEqualTo("2");
        }
    }

    @Test
    void aPausedServerAnswersNothingUntilItGoesOn() throws SQLException {
        try (PostgresServer server = PostgresServer.start(Map.of("shared_buffers", "16MB"));
                Database database = server.createDatabase();
                Connection open = database.dataSource().getConnection()) {
            assertThat(query(open, "SHOW shared_buffers")).isEqualTo("16MB");

            server.pause();
            assertThatThrownBy(() -> connectWithin(1, database)).isInstanceOf(SQLException.class);
            open.setNetworkTimeout(Runnable::run, 200);
            assertThatThrownBy(() -> query(open, "SELECT 1")).isInstanceOf(SQLException.class);

            server.resume();
            assertThat(value(database, "SELECT 1")).isEqualTo("1");

            server.pause();
            server.restart();
            assertThat(value(database, "SELECT 1")).isEqualTo("1");

            server.pause();
            server.kill();
            server.restart();
            assertThat(value(database, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void aWrongSettingIsReportedWithTheServersOwnWords() {
        assertThatThrownBy(() -> PostgresServer.start(Map.of("no_such_setting", "1")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no_such_setting");
    }

    @Test
    void aServerThatTheEnvironmentNamesCanBeUsedButNotControlled() throws SQLException {
        try (PostgresServer owner = PostgresServer.start()) {
            PostgresServer named = PostgresServer.named(Map.of(
                    "OUTBOX_TEST_POSTGRES_URL", owner.jdbcUrl() + "?ApplicationName=tests",
                    "OUTBOX_TEST_POSTGRES_USER", owner.user(),
                    "OUTBOX_TEST_POSTGRES_PASSWORD", owner.password()));
            try (Database database = named.createDatabase()) {
                assertThat(value(database, "SHOW application_name")).isEqualTo("tests");
            }

            assertThat(owner.controllable()).isTrue();
            assertThat(named.controllable()).isFalse();
            assertThatThrownBy(named::kill)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("OUTBOX_TEST_POSTGRES_URL");
            assertThatThrownBy(named::restart).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(named::pause).isInstanceOf(IllegalStateException.class);
            named.close();
            assertThat(answers(owner)).isTrue();
        }
    }

    @Test
    void aWrongPasswordForTheNamedServerIsReportedAtOnce() {
        try (PostgresServer owner = PostgresServer.start()) {
            Map<String, String> environment = Map.of(
                    "OUTBOX_TEST_POSTGRES_URL", owner.jdbcUrl(),
                    "OUTBOX_TEST_POSTGRES_USER", owner.user(),
                    "OUTBOX_TEST_POSTGRES_PASSWORD", "wrong");

            assertThatThrownBy(() -> PostgresServer.named(environment))
                    .isInstanceOf(IllegalStateException.class)
                    .hasRootCauseInstanceOf(SQLException.class)
                    .hasStackTraceContaining("password authentication failed");
        }
    }

    @Test
    void aClosedServerIsGone() {
        PostgresServer server = PostgresServer.start();
        Database database = server.createDatabase();
        server.close();
        server.close();
        database.close();

        assertThat(Await.holdsWithin(() -> !answers(server), BOUND)).isTrue();
    }

    private static boolean answers(PostgresServer server) {
        try (Connection connection =
                new Driver().connect(server.jdbcUrl(), properties(server.user(), server.password()))) {
            return connection.isValid(1);
        } catch (SQLException refused) {
            return false;
        }
    }

    private static void connectWithin(int seconds, Database database) throws SQLException {
        Properties properties = properties(database.user(), database.password());
        properties.setProperty("socketTimeout", String.valueOf(seconds));
        new Driver().connect(database.jdbcUrl(), properties).close();
    }

    private static Properties properties(String user, String password) {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        return properties;
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
