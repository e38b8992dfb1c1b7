package dev.outbox.faults.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outbox.testservers.PostgresServer;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Three relay processes that lose their connections, to a database that ends sessions or dies itself. */
@Timeout(300)
class LostConnectionsFaultIT {
    private static final String[] RELAYS = {"one", "two", "three"};
    private static final String VICTIM = "one";
    private static final int TERMINATIONS = 10;
    private static final int CRASHES = 2;

    @Test
    void g1_theSessionsOfALeaseHolderAreEndedTimeAndAgainAndNothingIsLost() throws Exception {
        try (Cluster cluster = new Cluster(PostgresServer.shared())) {
            cluster.startAll(RELAYS);
            cluster.load.failing(10);
            cluster.load.start();
            cluster.awaitPublished(200);
            Map<Integer, Leases.Holder> before = cluster.leases.of(VICTIM);
            cluster.history.disturbed();
            SplittableRandom random = new SplittableRandom(7);
            int ended = 0;
            for (int round = 0; round < TERMINATIONS; round++) {
                cluster.awaitPublished(30 + random.nextInt(60));
                await("the victim is connected")
                        .atMost(Cluster.BOUND)
                        .until(() -> cluster.leases.connections(VICTIM) > 0);
                ended += cluster.leases.terminate(VICTIM);
            }
            cluster.awaitShared(RELAYS);
            Map<Integer, Leases.Holder> after = cluster.leases.of(VICTIM);
            long kept = before.entrySet().stream()
                    .filter(slot -> slot.getValue().equals(after.get(slot.getKey())))
                    .count();
            cluster.calmAfter(200);
            long duplicates = cluster.destination.duplicates();
            cluster.undisturbed(200);

            Cluster.report(
                    "sessions ended: %d in %d rounds; %d of %d leases kept; %d duplicates of %d messages",
                    ended, TERMINATIONS, kept, before.size(), duplicates, cluster.load.committed());
            cluster.check();
            assertThat(ended).as("sessions ended").isPositive();
            assertThat(cluster.ids("outbox_dead_letter")).as("dead letters").isEmpty();
        }
    }

    @Test
    void g1_theDatabaseCrashesUnderAllRelaysAndNothingIsLost() throws Exception {
        try (PostgresServer server = PostgresServer.start();
                Cluster cluster = new Cluster(server)) {
            cluster.startAll(RELAYS);
            cluster.load.failing(10);
            cluster.load.start();
            cluster.awaitPublished(200);
            cluster.history.disturbed();
            long downMillis = 0;
            for (int crash = 0; crash < CRASHES; crash++) {
                cluster.awaitPublished(100);
                long down = System.nanoTime();
                server.restart();
                downMillis += Cluster.since(down).toMillis();
            }
            cluster.awaitShared(RELAYS);
            cluster.calmAfter(200);
            long duplicates = cluster.destination.duplicates();
            cluster.undisturbed(200);

            Cluster.report(
                    "database crashed %d times, down for %d ms; %d duplicates of %d messages",
                    CRASHES, downMillis, duplicates, cluster.load.committed());
            cluster.check();
            assertThat(cluster.ids("outbox_dead_letter")).as("dead letters").isEmpty();
        }
    }
}
