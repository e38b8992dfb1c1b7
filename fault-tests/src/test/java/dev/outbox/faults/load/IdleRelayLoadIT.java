package dev.outbox.faults.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outbox.relay.Relay;
import dev.outbox.testservers.Bars;
import dev.outbox.testservers.PostgresServer;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A relay that has nothing to do sends at most one statement a second, as the server counts them: BEGIN, COMMIT and settings too (at most four, unless
 * {@code -Doutbox.bars} is set). Counted for twelve seconds, and for three minutes with {@code -Dlong=true}, which has the chores of every minute in it.
 */
@Timeout(300)
class IdleRelayLoadIT {
    private static final Duration COUNTED = Duration.ofSeconds(Boolean.getBoolean("long") ? 180 : 12);
    private static final String OTHERS = "query NOT LIKE '%pg_stat_statements%'";

    @Test
    void anIdleRelaySendsAtMostOneStatementASecond() {
        try (PostgresServer server = PostgresServer.start(Map.of("shared_preload_libraries", "pg_stat_statements"));
                LoadDatabase database = LoadDatabase.on(server)) {
            database.execute("CREATE EXTENSION pg_stat_statements");
            Sink sink = Sink.confirming();
            try (Relay relay = Relay.from(database.outbox().store()).to(sink).start();
                    Traffic traffic = Traffic.start(database.outbox(), "d", Backlog.keys("key", 10), 100)) {
                await("messages flow")
                        .atMost(Duration.ofSeconds(60))
                        .until(() -> sink.arrivals().count() > 50);
                traffic.stop();
                await("all slots are owned and nothing is held")
                        .atMost(Duration.ofSeconds(60))
                        .until(() -> relay.statistics().slots() == 64
                                && relay.statistics().held() == 0);
                Passing.pass(Duration.ofSeconds(8));
                database.execute("SELECT pg_stat_statements_reset()");
                Passing.pass(COUNTED);
                long statements =
                        database.number("SELECT coalesce(sum(calls), 0) FROM pg_stat_statements WHERE " + OTHERS);
                double perSecond = (double) statements / COUNTED.toSeconds();
                Figures.print("idle relay: %.2f statements a second over %d s", perSecond, COUNTED.toSeconds());
                assertThat(perSecond).isGreaterThan(0).isLessThanOrEqualTo(Bars.atMost(1, 4));
            }
        }
    }
}
