package dev.outbox.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.relay.Relay;
import dev.outbox.relay.RelayStatistics;
import dev.outbox.testservers.ChildJvm;
import dev.outbox.testservers.KafkaServer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * PostgreSQL, a relay, Kafka and a plain consumer, while the broker is frozen, cut off, and killed: nothing is lost, first occurrences of a key are in order,
 * and no message is charged an attempt.
 *
 * <p>Every one has 500 keys. In the last, two relays run in processes of their own, and one of them is halted beyond its lease; with an outage of 30 seconds or more the broker is
 * frozen three times.
 *
 * <p>The producer gives up after half of the outage, so that outcomes are unknown and messages are sent again. An outage lasts 8 seconds, or as many as the
 * system property {@code dev.outbox.kafka.outageSeconds} says.
 */
@Timeout(400)
class OrderFaultIT {
    private static final Logger LOG = LoggerFactory.getLogger(OrderFaultIT.class);
    private static final Duration OUTAGE = Duration.ofSeconds(Integer.getInteger("dev.outbox.kafka.outageSeconds", 8));
    private static final int KEYS = 500;
    private static final int ROUNDS = OUTAGE.toSeconds() >= 30 ? 3 : 1;
    private static final Duration AROUND = Duration.ofSeconds(1);
    private static KafkaServer server;

    @BeforeAll
    static void startServer() {
        server = KafkaServer.start(KafkaServer.Extra.PROXIED);
    }

    @AfterAll
    static void closeServer() {
        server.close();
    }

    @Test
    void g3_g8_aFrozenBrokerKeepsTheOrderAndCostsNoAttempt() {
        during("frozen", () -> {
            server.pause();
            Publishing.pause(OUTAGE);
            server.resume();
        });
    }

    @Test
    void g3_g8_aBrokerThatIsCutOffKeepsTheOrderAndCostsNoAttempt() {
        during("cut off", () -> {
            server.proxy().freeze();
            Publishing.pause(OUTAGE.dividedBy(2));
            server.proxy().cut();
            Publishing.pause(OUTAGE.dividedBy(2));
            server.proxy().thaw();
        });
    }

    @Test
    void g3_g8_lostRepliesKeepTheOrderAndCostNoAttempt() {
        during("replies lost", () -> {
            server.proxy().dropReplies();
            Publishing.pause(OUTAGE);
            server.proxy().deliverReplies();
        });
    }

    @Test
    void g3_g8_aKilledAndRestartedBrokerKeepsTheOrderAndCostsNoAttempt() {
        during("killed", () -> {
            server.kill();
            Publishing.pause(OUTAGE.dividedBy(2));
            server.restart();
        });
    }

    @Test
    void g3_g8_aRelayThatIsStoppedBeyondItsLeaseWhileTheBrokerIsFrozenKeepsTheOrderAndCostsNoAttempt() {
        String topic = server.createTopic(3);
        Duration delivery = OUTAGE.dividedBy(2);
        String brokers = server.bootstrapServers();
        try (Publishing publishing = Publishing.to(topic, KEYS);
                ChildJvm stopped = KafkaRelayProcess.start("stopped", publishing.database(), brokers, delivery);
                ChildJvm successor = KafkaRelayProcess.start("successor", publishing.database(), brokers, delivery)) {
            stopped.awaitLine(line -> line.startsWith("failures"), Duration.ofSeconds(30));
            successor.awaitLine(line -> line.startsWith("failures"), Duration.ofSeconds(30));
            publishing.start();
            for (int round = 0; round < ROUNDS; round++) {
                Publishing.pause(KafkaRelayProcess.LEASE.plus(AROUND));
                server.pause();
                Publishing.pause(AROUND);
                stopped.sigstop();
                Publishing.pause(OUTAGE);
                server.resume();
                Publishing.pause(KafkaRelayProcess.LEASE.multipliedBy(2));
                stopped.sigcont();
            }
            Publishing.pause(AROUND);
            publishing.stop();
            publishing.awaitEmptyOutbox(OUTAGE.plusSeconds(60));

            FirstOccurrences first = read(topic);
            LOG.warn(
                    "frozen {} times for {}, and a relay stopped: {} messages, {} duplicates",
                    ROUNDS,
                    OUTAGE.plus(AROUND),
                    publishing.published(),
                    first.duplicates());
            assertThat(first.inversions()).isEmpty();
            assertThat(first.count()).isEqualTo(publishing.published());
            for (ChildJvm relay : List.of(stopped, successor)) {
                assertThat(relay.lines())
                        .filteredOn(line -> line.startsWith("failures"))
                        .containsOnly("failures 0 dead 0");
            }
        }
    }

    private static void during(String fault, Runnable outage) {
        String topic = server.createTopic(3);
        Duration delivery = OUTAGE.dividedBy(2);
        try (Publishing publishing = Publishing.to(topic, KEYS);
                KafkaTransport transport = KafkaTransport.to(
                                server.proxy().host() + ":" + server.proxy().port())
                        .property("delivery.timeout.ms", (int) delivery.toMillis())
                        .build();
                Relay relay = Relay.from(publishing.store()).to(transport).start()) {
            publishing.start();
            Publishing.pause(AROUND);
            outage.run();
            Publishing.pause(AROUND);
            publishing.stop();
            publishing.awaitEmptyOutbox(OUTAGE.plusSeconds(60));

            FirstOccurrences first = read(topic);
            LOG.warn(
                    "{} for {}: {} messages, {} duplicates", fault, OUTAGE, publishing.published(), first.duplicates());
            RelayStatistics statistics = relay.statistics();
            assertThat(first.inversions()).isEmpty();
            assertThat(first.count()).isEqualTo(publishing.published());
            assertThat(statistics.failures()).isZero();
            assertThat(statistics.dead()).isZero();
        }
    }

    private static FirstOccurrences read(String topic) {
        FirstOccurrences first = new FirstOccurrences();
        Topic.of(server, topic)
                .records()
                .forEach(record -> first.add(new String(record.key(), UTF_8), new String(record.value(), UTF_8)));
        return first;
    }
}
