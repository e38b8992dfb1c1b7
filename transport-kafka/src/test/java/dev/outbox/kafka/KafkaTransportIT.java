package dev.outbox.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outbox.Message;
import dev.outbox.spi.FailureText;
import dev.outbox.spi.Outcome;
import dev.outbox.testkit.Outcomes;
import dev.outbox.testservers.KafkaServer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each trouble has its named outcome and says what to do, and none holds up the caller. */
@Timeout(60)
class KafkaTransportIT {
    private static final Duration AT_ONCE = Duration.ofMillis(500);
    private static KafkaServer server;

    private KafkaTransport transport;

    @BeforeAll
    static void startServer() {
        server = KafkaServer.start(KafkaServer.Extra.PROXIED, KafkaServer.Extra.SECURED);
    }

    @AfterAll
    static void closeServer() {
        server.close();
    }

    @AfterEach
    void close() {
        transport.close();
        server.proxy().thaw();
        server.proxy().cut();
    }

    @Test
    void g8_aMissingTopicIsUnavailableUntilSomebodyCreatesIt() {
        transport = plain().unavailableAfter(Duration.ofMillis(1_500)).build();
        Outcomes outcomes = new Outcomes(transport);
        Message message = Message.to("created-later").text("x");

        assertUnavailable(outcomes.outcome(message), "'created-later'", "does not exist: create it");
        long waiting = outcomes.send(message);
        server.createTopic("created-later", 1, Map.of());
        Outcome outcome = outcomes.await(waiting, Duration.ofSeconds(5));
        assertThat(outcome == Outcome.CONFIRMED || outcomes.outcome(message) == Outcome.CONFIRMED)
                .isTrue();
    }

    @Test
    void aMessageTooLargeForItsTopicIsRejectedAndItsNeighboursAreConfirmed() {
        String topic = server.createTopic(1, Map.of("max.message.bytes", "2000"));
        transport = plain().property("linger.ms", 50).build();
        Outcomes outcomes = new Outcomes(transport);
        long before = outcomes.send(Message.to(topic).text("before"));
        long large = outcomes.send(Message.to(topic).bytes(new byte[3_000]));
        long after = outcomes.send(Message.to(topic).text("after"));

        Outcome outcome = outcomes.await(large, Duration.ofSeconds(20));
        assertThat(outcome).isInstanceOf(Outcome.Rejected.class);
        assertThat(text(outcome)).contains(topic, "max.message.bytes", "reference");
        assertThat(outcomes.await(before, Duration.ofSeconds(20))).isEqualTo(Outcome.CONFIRMED);
        assertThat(outcomes.await(after, Duration.ofSeconds(20))).isEqualTo(Outcome.CONFIRMED);
    }

    @Test
    void aMessageTooLargeForTheProducerIsRejected() {
        String topic = server.createTopic(1);
        transport = plain().property("max.request.size", 30_000).build();
        Outcomes outcomes = new Outcomes(transport);

        assertThat(outcomes.outcome(Message.to(topic).bytes(new byte[40_000]))).isInstanceOf(Outcome.Rejected.class);
        int most = transport.limits(topic).maxPayloadBytes();
        assertThat(outcomes.outcome(Message.to(topic).bytes(new byte[most]))).isEqualTo(Outcome.CONFIRMED);
    }

    @Test
    void aNameThatNoTopicCanHaveIsRejectedUnlessItIsMapped() {
        String topic = server.createTopic(1);
        transport =
                plain().topics(name -> name.equals("orders/eu") ? topic : name).build();
        Outcomes outcomes = new Outcomes(transport);

        assertThat(outcomes.outcome(Message.to("orders/eu").text("x"))).isEqualTo(Outcome.CONFIRMED);
        Outcome invalid = outcomes.outcome(Message.to("orders/us").text("x"));
        assertThat(invalid).isInstanceOf(Outcome.Rejected.class);
        assertThat(text(invalid)).contains("orders/us", "topics");
        assertThat(Topic.of(server, topic).records()).hasSize(1);
    }

    @Test
    void aMappingThatFailsIsAFailedAttempt() {
        transport = plain().topics(name -> {
                    throw new UnsupportedOperationException(name);
                })
                .build();
        assertThat(new Outcomes(transport).outcome(Message.to("orders").text("x")))
                .isInstanceOf(Outcome.Failed.class);
    }

    @Test
    void aCompactedTopicTakesNoMessageWithoutAKey() {
        String topic = server.createTopic(1, Map.of("cleanup.policy", "compact"));
        transport = plain().build();
        Outcomes outcomes = new Outcomes(transport);

        Outcome outcome = outcomes.outcome(Message.to(topic).text("x"));
        assertThat(outcome).isInstanceOf(Outcome.Rejected.class);
        assertThat(text(outcome)).contains("compacted");
        assertThat(outcomes.outcome(Message.to(topic).key("k").text("x"))).isEqualTo(Outcome.CONFIRMED);
    }

    @Test
    void overTlsAndWithAPasswordMessagesArrive() {
        String topic = server.createTopic(3);
        transport = KafkaTransport.with(server.securedClient("outbox")).build();
        Message message = Message.to(topic).key("k").text("secret");

        assertThat(new Outcomes(transport).outcome(message)).isEqualTo(Outcome.CONFIRMED);
        assertThat(Topic.of(server, topic).messages()).containsExactly(message);
    }

    @Test
    void g8_aWrongPasswordIsUnavailableUntilTheBrokerTakesItOfANewProducer() throws Exception {
        String topic = server.createTopic(1);
        String guest = server.securedClient("guest").get("sasl.jaas.config").toString();
        Map<String, Object> properties = new HashMap<>(server.securedClient("guest"));
        properties.put("sasl.jaas.config", guest.replace("\"guest\"", "\"late\""));
        transport = KafkaTransport.with(properties).build();
        Outcomes outcomes = new Outcomes(transport);

        Outcome first = outcomes.outcome(Message.to(topic).text("x"));
        String password = guest.replaceFirst(".*password=\"", "").replaceFirst("\".*", "");
        assertUnavailable(first, "check the user, the password");
        assertThat(text(first)).doesNotContain(password);
        assertUnavailable(outcomes.outcome(Message.to(topic).text("x")), "check the user, the password");

        try (Admin admin = Admin.create(Map.of("bootstrap.servers", server.bootstrapServers()))) {
            ScramCredentialInfo scram = new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096);
            admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion("late", scram, password)))
                    .all()
                    .get(20, TimeUnit.SECONDS);
        }
        Awaitility.await("the new user is known, and lacks rights")
                .atMost(Duration.ofSeconds(20))
                .until(() -> text(outcomes.outcome(Message.to(topic).text("x"))).contains("grant"));
    }

    @Test
    void g8_aMissingRightIsUnavailable() {
        String topic = server.createTopic(1);
        transport = KafkaTransport.with(server.securedClient("guest")).build();
        assertUnavailable(new Outcomes(transport).outcome(Message.to(topic).text("x")), topic, "grant");
    }

    @Test
    void g8_aBrokerThatDoesNotRunIsUnavailableAndBuildingDoesNotMind() {
        transport = KafkaTransport.to("127.0.0.1:1")
                .unavailableAfter(Duration.ofSeconds(1))
                .build();
        Outcomes outcomes = new Outcomes(transport);
        long begin = System.nanoTime();
        long token = outcomes.send(Message.to("orders").text("x"));
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(AT_ONCE);
        assertUnavailable(outcomes.await(token, Duration.ofSeconds(5)), "no broker has answered");
    }

    @Test
    void g8_aHostThatDoesNotExistIsUnavailable() {
        transport = KafkaTransport.to("no-such-host.invalid:9092")
                .unavailableAfter(Duration.ofSeconds(1))
                .build();
        Outcome outcome = new Outcomes(transport).outcome(Message.to("orders").text("x"));
        assertThat(outcome).isInstanceOf(Outcome.Unavailable.class);
        assertThat(text(outcome)).contains("bootstrap.servers");
    }

    @Test
    void g4_whatHangsTooLongIsUnknownAndTheSameProducerGoesOn() {
        String topic = server.createTopic(1);
        transport = proxied().property("delivery.timeout.ms", 2_000).build();
        Outcomes outcomes = new Outcomes(transport);
        assertThat(outcomes.outcome(Message.to(topic).text("warm"))).isEqualTo(Outcome.CONFIRMED);

        server.proxy().freeze();
        long hanging = outcomes.send(Message.to(topic).text("hangs"));
        assertThat(outcomes.await(hanging, transport.sendTimeout())).isInstanceOf(Outcome.Unknown.class);
        server.proxy().thaw();
        Awaitility.await("the topic takes messages again")
                .atMost(Duration.ofSeconds(20))
                .until(() -> outcomes.outcome(Message.to(topic).text("again")) == Outcome.CONFIRMED);
    }

    @Test
    void g10_aFullBufferHoldsUpNobody() {
        String topic = server.createTopic(1);
        transport = proxied()
                .property("buffer.memory", 100_000)
                .unavailableAfter(Duration.ofSeconds(1))
                .build();
        Outcomes outcomes = new Outcomes(transport);
        assertThat(outcomes.outcome(Message.to(topic).text("warm"))).isEqualTo(Outcome.CONFIRMED);

        server.proxy().freeze();
        long begin = System.nanoTime();
        long last = 0;
        for (int i = 0; i < 20; i++) {
            last = outcomes.send(Message.to(topic).bytes(new byte[20_000]));
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(AT_ONCE);
        assertUnavailable(outcomes.await(last, Duration.ofSeconds(5)), "buffer.memory");
    }

    @Test
    void g11_closingReturnsInTimeThoughTheBrokerHangs() {
        String topic = server.createTopic(1);
        transport = proxied().closeTimeout(Duration.ofMillis(300)).build();
        Outcomes outcomes = new Outcomes(transport);
        assertThat(outcomes.outcome(Message.to(topic).text("warm"))).isEqualTo(Outcome.CONFIRMED);
        server.proxy().freeze();
        long hanging = outcomes.send(Message.to(topic).text("hangs"));
        long missing = outcomes.send(Message.to("no-such-topic").text("waits"));

        long begin = System.nanoTime();
        transport.close();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofMillis(1_500));
        assertThat(outcomes.await(hanging, AT_ONCE)).isInstanceOf(Outcome.Unknown.class);
        assertThat(outcomes.await(missing, AT_ONCE)).isInstanceOf(Outcome.Unknown.class);
        assertThatThrownBy(() -> outcomes.send(Message.to(topic).text("late")))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void g11_closingLetsTheBrokerConfirmWhatIsUnderWay() {
        String topic = server.createTopic(1);
        transport = plain().property("linger.ms", 500).build();
        Outcomes outcomes = new Outcomes(transport);
        assertThat(outcomes.outcome(Message.to(topic).text("warm"))).isEqualTo(Outcome.CONFIRMED);
        long token = outcomes.send(Message.to(topic).text("under way"));
        transport.close();
        assertThat(outcomes.await(token, AT_ONCE)).isEqualTo(Outcome.CONFIRMED);
    }

    @Test
    void aTopicThatMayForgetIsWarnedOfWhenItIsUsed() {
        String topic = server.createTopic(1, Map.of("unclean.leader.election.enable", "true"));
        transport = plain().build();
        assertThat(transport.durabilityWarnings()).isEmpty();
        assertThat(new Outcomes(transport).outcome(Message.to(topic).text("x"))).isEqualTo(Outcome.CONFIRMED);

        Awaitility.await("warnings about " + topic)
                .atMost(Duration.ofSeconds(10))
                .until(() -> transport.durabilityWarnings().size() == 2);
        assertThat(transport.durabilityWarnings())
                .anySatisfy(warning -> assertThat(warning).contains(topic, "one copy"))
                .anySatisfy(warning -> assertThat(warning).contains(topic, "unclean.leader.election.enable"));
    }

    private static KafkaTransport.Builder plain() {
        return KafkaTransport.to(server.bootstrapServers());
    }

    private static KafkaTransport.Builder proxied() {
        return KafkaTransport.to(server.proxy().host() + ":" + server.proxy().port());
    }

    private static void assertUnavailable(Outcome outcome, String... says) {
        assertThat(outcome).isInstanceOf(Outcome.Unavailable.class);
        assertThat(text(outcome)).contains(says);
    }

    private static String text(Outcome outcome) {
        if (outcome instanceof Outcome.Rejected rejected) {
            return FailureText.of(rejected.error());
        }
        return outcome instanceof Outcome.Unavailable unavailable
                ? FailureText.of(unavailable.error())
                : outcome.toString();
    }
}
