package dev.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.outbox.relay.Relay;
import dev.outbox.spi.OutcomeListener;
import dev.outbox.spi.Outgoing;
import dev.outbox.spi.Transport;
import dev.outbox.testservers.Bars;
import dev.outbox.testservers.Database;
import dev.outbox.testservers.MariaDbServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** A relay that has nothing to do sends at most one statement a second, by the log of a server of its own: BEGIN, COMMIT and settings too. With {@code -Dlong=true} only. */
@Timeout(180)
@EnabledIfSystemProperty(named = "long", matches = "true")
class MariaDbIdleRelayIT {
    private static final Duration QUIET = Duration.ofSeconds(15);
    private static final Duration COUNTED = Duration.ofSeconds(20);

    @Test
    void anIdleRelaySendsAtMostOneStatementASecond() throws SQLException {
        try (MariaDbServer server = MariaDbServer.start();
                Database database = server.createDatabase();
                HikariDataSource pool = pool(database);
                Connection counting = database.dataSource().getConnection()) {
            JdbcOutbox outbox = JdbcOutbox.on(pool);
            outbox.schema().apply();
            try (Relay relay = Relay.from(outbox.store()).to(new Nowhere()).start()) {
                await("all slots are owned")
                        .atMost(Duration.ofSeconds(60))
                        .until(() -> relay.statistics().slots() == 64);
                pass(QUIET);
                execute(counting, "SET GLOBAL log_output = 'TABLE'", "SET GLOBAL general_log = 1");
                pass(COUNTED);
                double perSecond = (double) statements(counting) / COUNTED.toSeconds();
                System.out.println("statements a second of an idle relay: " + perSecond);
                assertThat(perSecond).isGreaterThan(0).isLessThanOrEqualTo(Bars.atMost(1, 4));
            }
        }
    }

    private static void pass(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        await(time + " have passed").atMost(time.plusSeconds(60)).until(() -> System.nanoTime() - end >= 0);
    }

    private static void execute(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static long statements(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("""
                        SELECT COUNT(*) FROM mysql.general_log
                        WHERE command_type NOT IN ('Ping', 'Connect', 'Quit') AND argument NOT LIKE '%general_log%'
                        """)) {
            row.next();
            return row.getLong(1);
        }
    }

    private static HikariDataSource pool(Database database) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(database.jdbcUrl());
        config.setUsername(database.user());
        config.setPassword(database.password());
        config.setMaximumPoolSize(4);
        return new HikariDataSource(config);
    }

    private static final class Nowhere implements Transport {
        @Override
        public void send(List<Outgoing> batch, OutcomeListener outcomes) {
            throw new IllegalStateException("nothing was published");
        }

        @Override
        public void close() {}
    }
}
