package dev.outbox.faults.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outbox.spi.Slot;
import dev.outbox.testservers.PostgresServer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Three relay processes, of which one is stopped with messages in flight and others waiting behind them, for three leases, and goes on. Meanwhile its
 * successors try the same messages, of which some fail and are parked.
 *
 * <p>Once, unless {@code -Dfaults.rounds} says how often: each time another relay is stopped.
 */
@Timeout(1_800)
class StoppedRelayFaultIT {
    private static final int ROUNDS = Integer.getInteger("faults.rounds", 1);
    private static final String[] RELAYS = {"one", "two", "three"};
    private static final int IN_FLIGHT = 10;

    /** Published while these are in flight; a third is for this relay, and waits behind them. */
    private static final int WAITING = 200;

    @Test
    void g3_aRelayThatIsStoppedForThreeLeasesAndGoesOnLosesNothingAndKeepsTheOrder() throws Exception {
        try (Cluster cluster = new Cluster(PostgresServer.shared())) {
            cluster.startAll(RELAYS);
            cluster.undisturbed(600);
            assertThat(cluster.destination.duplicates())
                    .as("duplicates without a fault")
                    .isZero();
            for (int round = 0; round < ROUNDS; round++) {
                stopAndGoOn(cluster, RELAYS[round % RELAYS.length]);
            }
            cluster.check();
            assertThat(cluster.ids("outbox_dead_letter")).as("dead letters").isEmpty();
        }
    }

    private static void stopAndGoOn(Cluster cluster, String relay) throws SQLException, InterruptedException {
        long before = cluster.destination.duplicates();
        cluster.load.failing(20);
        cluster.load.start();
        cluster.awaitPublished(200);
        Set<Integer> slots = cluster.leases.of(relay).keySet();
        cluster.history.disturbed();
        long stopped = stopAmidSendings(cluster, relay);
        boolean amidTransaction = cluster.leases.openTransactions(relay) > 0;
        Duration takeover = cluster.awaitTakeover(relay, slots, stopped);
        Cluster.awaitElapsed(Cluster.LEASE.multipliedBy(3), stopped);
        await("attempts that fail at the successors")
                .atMost(Cluster.BOUND)
                .until(() -> refusalsOfOthers(cluster, relay, slots, stopped) > 0);
        long refused = refusalsOfOthers(cluster, relay, slots, stopped);
        long bySuccessors = cluster.destination.duplicates() - before;

        cluster.relay(relay).sigcont();
        cluster.awaitShared(RELAYS);
        cluster.calmAfter(200);
        long duplicates = cluster.destination.duplicates() - before;
        cluster.undisturbed(300);

        Cluster.report(
                "stopped relay: %d slots taken over after %d ms (lease %d ms%s); %d attempts failed at its successors;"
                        + " %d duplicates by the successors, %d by the relay that went on; %d messages so far",
                slots.size(),
                takeover.toMillis(),
                Cluster.LEASE.toMillis(),
                amidTransaction ? ", stopped amid a transaction" : "",
                refused,
                bySuccessors,
                duplicates - bySuccessors,
                cluster.load.committed());
        assertThat(takeover).as("takeover").isLessThan(Cluster.TAKEOVER);
    }

    /** The answers to what is in flight are on the way when it is stopped, and reach it when it goes on. */
    private static long stopAmidSendings(Cluster cluster, String relay) {
        cluster.destination.holdAnswersTo(relay);
        await("messages in flight at the relay")
                .atMost(Cluster.BOUND)
                .until(() -> cluster.destination.heldAnswers(relay) >= IN_FLIGHT);
        cluster.awaitPublished(WAITING);
        cluster.relay(relay).sigstop();
        long stopped = System.nanoTime();
        cluster.destination.answer(relay);
        return stopped;
    }

    private static long refusalsOfOthers(Cluster cluster, String relay, Set<Integer> slots, long sinceNanos) {
        return cluster.destination.arrivals().stream()
                .filter(arrival -> arrival.nanos() - sinceNanos > 0)
                .filter(arrival -> !arrival.confirmed() && !arrival.relay().equals(relay))
                .filter(arrival -> slots.contains(Slot.of(arrival.message())))
                .count();
    }
}
