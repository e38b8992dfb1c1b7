package dev.outbox.faults.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outbox.Message;
import dev.outbox.spi.DeadLetter;
import dev.outbox.spi.DeadLetterQuery;
import dev.outbox.spi.DeadReason;
import dev.outbox.testservers.ChildJvm;
import dev.outbox.testservers.PostgresServer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A process that a message ends, started again each time, as a supervisor would; and one that is killed for no reason of its messages. */
@Timeout(600)
class HaltingMessageFaultIT {
    private static final String RELAY = "one";
    private static final int KILLS = 20;
    private static final int MESSAGES = 400;
    private static final int MOST_HALTS = 2 * RelayProcess.ATTEMPTS + 4;

    @Test
    void g8_aMessageThatHaltsTheRelayWhileItIsSentDiesOfItsAttemptsAndTheOthersArrive() throws Exception {
        try (Cluster cluster = new Cluster(PostgresServer.shared())) {
            Message poison = publishAroundPoison(cluster);
            cluster.history.disturbed();
            // What waits behind the message may arrive as soon as that is dead, and no sooner.
            cluster.destination.beforeArrival(message -> {
                if (message.key().equals(poison.key())) {
                    cluster.recordDeadLetters();
                }
            });
            int halts = runUntilDrained(cluster, cluster.setup(RELAY));
            DeadLetter dead = onlyDeadLetter(cluster);

            Cluster.report(
                    "message that halts in send: dead after %d halts, %d attempts charged, %s; %d duplicates of %d others",
                    halts, dead.attempts(), dead.reason(), cluster.destination.duplicates(), MESSAGES);
            cluster.check();
            assertDiedOfItsAttempts(dead, poison);
            assertThat(cluster.destination.highestCharge())
                    .as("attempts charged to the others")
                    .isZero();
        }
    }

    @Test
    void g8_aMessageThatHaltsASubscriberDiesOfItsAttemptsAndTheOthersAreHandledOnce() throws Exception {
        try (Cluster cluster = new Cluster(PostgresServer.shared())) {
            cluster.execute("CREATE TABLE effect (subscriber text, message_id text, message_key text)");
            Message poison = publishAroundPoison(cluster);
            Setup inProcess = Setup.of(RELAY, cluster.database, 0, Cluster.LEASE);
            int halts = runUntilDrained(cluster, inProcess);
            DeadLetter dead = onlyDeadLetter(cluster);

            List<String> effects = effectsOfOthers(cluster, poison);
            Cluster.report(
                    "message that halts in a subscriber: dead after %d halts, %d attempts charged, %s; %d effects of %d others",
                    halts, dead.attempts(), dead.reason(), effects.size(), MESSAGES);
            assertDiedOfItsAttempts(dead, poison);
            assertThat(effects)
                    .as("effects, of each message at both subscribers")
                    .doesNotHaveDuplicates()
                    .hasSize(2 * MESSAGES);
        }
    }

    @Test
    void g8_twentyKillsOfAHealthyRelayMakeNoDeadLetter() throws Exception {
        try (Cluster cluster = new Cluster(PostgresServer.shared())) {
            SplittableRandom random = new SplittableRandom(20);
            List<String> moments = new ArrayList<>();
            cluster.history.disturbed();
            cluster.load.start();
            for (int kill = 0; kill < KILLS; kill++) {
                ChildJvm child = cluster.start(cluster.setup(RELAY));
                long begun = System.nanoTime();
                // While it catches up with what was published meanwhile, or when it has.
                awaitSent(cluster, 1 + random.nextInt(kill % 2 == 0 ? 150 : 300));
                child.kill9();
                cluster.history.crashed(aloneInFlight(cluster));
                moments.add(Cluster.since(begun).toMillis() + " ms");
            }
            cluster.start(cluster.setup(RELAY));
            cluster.calmAfter(100);

            Cluster.report(
                    "%d kills, after %s; %d duplicates of %d messages; at most %d attempts charged",
                    KILLS,
                    moments,
                    cluster.destination.duplicates(),
                    cluster.load.committed(),
                    cluster.destination.highestCharge());
            cluster.check();
            assertThat(cluster.ids("outbox_dead_letter")).as("dead letters").isEmpty();
        }
    }

    /** The message that the killed relay had noted as the only one in flight: this kill may be charged to it, and to no other. */
    private static List<String> aloneInFlight(Cluster cluster) throws SQLException {
        String position =
                "(SELECT split_part(marker, ' ', 3)::bigint FROM outbox_instance WHERE marker LIKE 'alone %')";
        return cluster.column("SELECT id FROM outbox_message WHERE position = " + position
                + " UNION SELECT id FROM outbox_parked WHERE position = " + position);
    }

    private static void awaitSent(Cluster cluster, int more) {
        long goal = cluster.destination.confirmedFrom(RELAY) + more;
        await(more + " more messages at the destination")
                .atMost(Cluster.BOUND)
                .pollInterval(Duration.ofMillis(2))
                .pollDelay(Duration.ZERO)
                .until(() -> cluster.destination.confirmedFrom(RELAY) >= goal);
    }

    private static Message publishAroundPoison(Cluster cluster) {
        for (int i = 0; i < MESSAGES / 2; i++) {
            cluster.load.publish(List.of(Load.message(i % Load.KEYS, Load.EVENT, i)), true);
        }
        Message poison = Load.message(Load.KEYS, SocketTransport.HALTING, 10);
        cluster.load.publish(List.of(poison), true);
        for (int i = 0; i < MESSAGES / 2; i++) {
            // Some of them wait behind it.
            cluster.load.publish(List.of(Load.message(i % (Load.KEYS + 1), Load.EVENT, i)), true);
        }
        return poison;
    }

    /** Starts the process again whenever it has halted; returns how often it did. */
    private static int runUntilDrained(Cluster cluster, Setup setup) {
        int halts = 0;
        while (halts <= MOST_HALTS) {
            ChildJvm child = cluster.start(setup);
            await("the process halts, or nothing is pending")
                    .atMost(Cluster.BOUND)
                    .until(() -> !child.isRunning() || isDrained(cluster));
            if (child.isRunning()) {
                return halts;
            }
            assertThat(child.awaitExit(Cluster.BOUND)).isEqualTo(SocketTransport.HALT_CODE);
            String line = child.awaitLine(text -> text.startsWith("halting on "), Cluster.BOUND);
            cluster.history.crashed(List.of(line.substring("halting on ".length())));
            halts++;
        }
        throw new AssertionError("The process has halted " + halts + " times, and its message is not dead");
    }

    private static boolean isDrained(Cluster cluster) throws SQLException {
        return cluster.ids("outbox_message").isEmpty()
                && cluster.ids("outbox_parked").isEmpty()
                && cluster.ids("inbox_parked").isEmpty();
    }

    private static DeadLetter onlyDeadLetter(Cluster cluster) {
        List<DeadLetter> dead = cluster.outbox.deadLetters().list(DeadLetterQuery.all());
        assertThat(dead).as("dead letters").hasSize(1);
        return dead.get(0);
    }

    private static void assertDiedOfItsAttempts(DeadLetter dead, Message poison) {
        assertThat(dead.message().id()).isEqualTo(poison.id());
        assertThat(dead.consumer()).as("the relay gave it up").isEmpty();
        assertThat(dead.reason()).isEqualTo(DeadReason.PROCESS_ENDED);
        assertThat(dead.attempts()).isEqualTo(RelayProcess.ATTEMPTS);
    }

    /** The first subscriber may have handled the poison beside the one that it halts. */
    private static List<String> effectsOfOthers(Cluster cluster, Message poison) throws SQLException {
        return cluster.column(
                "SELECT subscriber || ' ' || message_id FROM effect WHERE message_id <> '" + poison.id() + "'");
    }
}
