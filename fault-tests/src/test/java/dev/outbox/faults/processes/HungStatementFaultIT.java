package dev.outbox.faults.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outbox.testservers.FaultyProxy;
import dev.outbox.testservers.PostgresServer;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Two relay processes, of which one reaches the database through a proxy that lets a statement hang: on the way to the database the piece with the statement
 * stops, and arrives when the proxy thaws.
 */
@Timeout(300)
class HungStatementFaultIT {
    private static final String BEHIND_PROXY = "one";
    private static final String DIRECT = "two";

    private Cluster cluster;
    private FaultyProxy proxy;

    @BeforeEach
    void start() {
        cluster = new Cluster(PostgresServer.shared());
        URI server = URI.create(cluster.database.jdbcUrl().substring("jdbc:".length()));
        proxy = FaultyProxy.to(server.getHost(), server.getPort());
        String url = "jdbc:postgresql://" + proxy.host() + ":" + proxy.port() + server.getPath();
        cluster.start(cluster.setup(BEHIND_PROXY).through(url));
        cluster.start(cluster.setup(DIRECT));
        cluster.awaitShared(BEHIND_PROXY, DIRECT);
        cluster.load.start();
        cluster.awaitPublished(200);
    }

    @AfterEach
    void stop() {
        cluster.close();
        proxy.close();
    }

    @Test
    void g4_aCompletionThatHangsStopsNeitherTheLeasesNorTheSendingAndMakesNoDuplicate() throws Exception {
        hangsAndNobodyLosesALease("completion hangs", "DELETE FROM outbox_message");
    }

    @Test
    void g4_aSettlementThatHangsWithTheLeasesLockedKeepsNobodyFromRenewing() throws Exception {
        cluster.load.failing(20);
        hangsAndNobodyLosesALease("settlement hangs with the leases locked", "INSERT INTO outbox_parked");
    }

    private void hangsAndNobodyLosesALease(String what, String statement) throws SQLException, InterruptedException {
        Map<Integer, Leases.Holder> before = cluster.leases.all();
        long hung = hang(statement);
        long sentBefore = cluster.destination.confirmedFrom(BEHIND_PROXY);
        Cluster.awaitElapsed(Cluster.LEASE.multipliedBy(3), hung);
        long sentMeanwhile = cluster.destination.confirmedFrom(BEHIND_PROXY) - sentBefore;
        Map<Integer, Leases.Holder> after = cluster.leases.all();
        proxy.thaw();
        cluster.awaitPublished(200);
        cluster.load.stop();
        cluster.drain();

        Cluster.report(
                "%s for three leases: %d messages sent meanwhile by its relay, %d duplicates",
                what, sentMeanwhile, cluster.destination.duplicates());
        cluster.check();
        assertThat(after).as("leases").isEqualTo(before);
        assertThat(sentMeanwhile).as("messages sent meanwhile").isPositive();
    }

    @Test
    void g3_aHeartbeatThatHangsEndsInATakeoverWithinTwoLeases() throws Exception {
        Set<Integer> slots = cluster.leases.of(BEHIND_PROXY).keySet();
        Map<Integer, Leases.Holder> others = cluster.leases.of(DIRECT);
        cluster.history.disturbed();
        long hung = hang("INSERT INTO outbox_instance");
        Duration takeover = cluster.awaitTakeover(BEHIND_PROXY, slots, hung);
        Map<Integer, Leases.Holder> ofSuccessor = cluster.leases.of(DIRECT);
        cluster.awaitPublished(100);
        finish("heartbeat hangs", slots, takeover);
        assertThat(ofSuccessor).as("the successor's own leases").containsAllEntriesOf(others);
        assertThat(takeover).as("takeover").isLessThan(Cluster.TAKEOVER);
    }

    @Test
    void g3_aRelayThatIsCutOffForThreeLeasesKeepsTheOrderWhenTheProxyThaws() throws Exception {
        cluster.load.failing(20);
        Set<Integer> slots = cluster.leases.of(BEHIND_PROXY).keySet();
        Map<Integer, Leases.Holder> others = cluster.leases.of(DIRECT);
        cluster.history.disturbed();
        long frozen = System.nanoTime();
        proxy.freeze();
        Duration takeover = cluster.awaitTakeover(BEHIND_PROXY, slots, frozen);
        Map<Integer, Leases.Holder> ofSuccessor = cluster.leases.of(DIRECT);
        Cluster.awaitElapsed(Cluster.LEASE.multipliedBy(3), frozen);
        finish("all connections frozen", slots, takeover);
        assertThat(ofSuccessor).as("the successor's own leases").containsAllEntriesOf(others);
        assertThat(takeover).as("takeover").isLessThan(Cluster.TAKEOVER);
    }

    /** Lets the next such statement hang; returns when it did. */
    private long hang(String statement) {
        proxy.freezeConnectionThatSends(statement);
        await("a statement hangs")
                .atMost(Cluster.BOUND)
                .pollInterval(Duration.ofMillis(5))
                .pollDelay(Duration.ZERO)
                .until(() -> proxy.heldConnections() == 1);
        return System.nanoTime();
    }

    private void finish(String what, Set<Integer> slots, Duration takeover) throws SQLException, InterruptedException {
        proxy.thaw();
        cluster.awaitShared(BEHIND_PROXY, DIRECT);
        cluster.calmAfter(200);
        long duplicates = cluster.destination.duplicates();
        cluster.undisturbed(200);
        Cluster.report(
                "%s: %d slots taken over after %d ms (lease %d ms); %d duplicates of %d messages",
                what,
                slots.size(),
                takeover.toMillis(),
                Cluster.LEASE.toMillis(),
                duplicates,
                cluster.load.committed());
        cluster.check();
    }
}
