package dev.outbox.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outbox.Message;
import dev.outbox.spi.FailureText;
import dev.outbox.spi.Outcome;
import dev.outbox.testkit.Outcomes;
import dev.outbox.testservers.Bars;
import dev.outbox.testservers.KafkaServer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
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
@Timeout(240)
class KafkaTransportIT {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final Duration AT_ONCE = Bars.atMost(Duration.ofMillis(500), Duration.ofSeconds(15));
    /** Long enough for the first connection on any machine, where a test does not wait for its end. */
    private static final Duration PATIENCE = Duration.ofSeconds(40);

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
        outcomes.warm(Message.to(server.createTopic(1)).text("warm"));

        awaitUnavailable(outcomes, message, "'created-later'", "does not exist: create it");
        long waiting = outcomes.send(message);
        server.createTopic("created-later", 1, Map.of());
        assertThat(outcomes.await(waiting, BOUND)).isInstanceOfAny(Outcome.Confirmed.class, Outcome.Unavailable.class);
        outcomes.warm(message);
    }

    @Test
    void aMessageTooLargeForItsTopicIsRejectedAndItsNeighboursAreConfirmed() {
        String topic = server.createTopic(1, Map.of("max.message.bytes", "2000"));
        transport = plain().property("linger.ms", 50).build();
        Outcomes outcomes = new Outcomes(transport);
        long before = outcomes.send(Message.to(topic).text("before"));
        long large = outcomes.send(Message.to(topic).bytes(new byte[3_000]));
        long after = outcomes.send(Message.to(topic).text("after"));

        Outcome outcome = outcomes.await(large, BOUND);
        assertThat(outcome).isInstanceOf(Outcome.Rejected.class);
        assertThat(text(outcome)).contains(topic, "max.message.bytes", "reference");
        assertThat(outcomes.await(before, BOUND)).isEqualTo(Outcome.CONFIRMED);
        assertThat(outcomes.await(after, BOUND)).isEqualTo(Outcome.CONFIRMED);
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
        transport = KafkaTransport.with(server.securedClient("outbox"))
                .unavailableAfter(PATIENCE)
                .build();
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

        String password = guest.replaceFirst(".*password=\"", "").replaceFirst("\".*", "");
        Outcome first = awaitUnavailable(outcomes, Message.to(topic).text("x"), "check the user, the password");
        assertThat(text(first)).doesNotContain(password);
        awaitUnavailable(outcomes, Message.to(topic).text("x"), "check the user, the password");

        try (Admin admin = Admin.create(Map.of("bootstrap.servers", server.bootstrapServers()))) {
            ScramCredentialInfo scram = new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096);
            admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion("late", scram, password)))
                    .all()
                    .get(BOUND.toSeconds(), TimeUnit.SECONDS);
        }
        awaitUnavailable(outcomes, Message.to(topic).text("x"), "grant");
    }

    @Test
    void g8_aMissingRightIsUnavailable() {
        String topic = server.createTopic(1);
        transport = KafkaTransport.with(server.securedClient("guest")).build();
        awaitUnavailable(new Outcomes(transport), Message.to(topic).text("x"), topic, "grant");
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
        assertUnavailable(outcomes.await(token, BOUND), "no broker has answered");
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
        outcomes.warm(Message.to(topic).text("warm"));

        server.proxy().freeze();
        long hanging = outcomes.send(Message.to(topic).text("hangs"));
        assertThat(outcomes.await(hanging, transport.sendTimeout().plus(BOUND))).isInstanceOf(Outcome.Unknown.class);
        server.proxy().thaw();
        Awaitility.await("the topic takes messages again")
                .atMost(BOUND)
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
        outcomes.warm(Message.to(topic).text("warm"));

        server.proxy().freeze();
        long begin = System.nanoTime();
        long last = 0;
        for (int i = 0; i < 20; i++) {
            last = outcomes.send(Message.to(topic).bytes(new byte[20_000]));
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(AT_ONCE);
        assertUnavailable(outcomes.await(last, BOUND), "buffer.memory");
    }

    @Test
    void g11_closingReturnsInTimeThoughTheBrokerHangs() {
        String topic = server.createTopic(1);
        transport = proxied().closeTimeout(Duration.ofMillis(300)).build();
        Outcomes outcomes = new Outcomes(transport);
        outcomes.warm(Message.to(topic).text("warm"));
        server.proxy().freeze();
        long hanging = outcomes.send(Message.to(topic).text("hangs"));
        long missing = outcomes.send(Message.to("no-such-topic").text("waits"));

        long begin = System.nanoTime();
        transport.close();
        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .isLessThan(Bars.atMost(Duration.ofMillis(1_500), Duration.ofSeconds(15)));
        assertThat(outcomes.await(hanging, BOUND)).isInstanceOf(Outcome.Unknown.class);
        assertThat(outcomes.await(missing, BOUND)).isInstanceOf(Outcome.Unknown.class);
        assertThatThrownBy(() -> outcomes.send(Message.to(topic).text("late")))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void g11_closingLetsTheBrokerConfirmWhatIsUnderWay() {
        String topic = server.createTopic(1);
        transport = plain().property("linger.ms", 500).build();
        Outcomes outcomes = new Outcomes(transport);
        outcomes.warm(Message.to(topic).text("warm"));
        long token = outcomes.send(Message.to(topic).text("under way"));
        transport.close();
        assertThat(outcomes.await(token, BOUND)).isEqualTo(Outcome.CONFIRMED);
    }

    @Test
    void aTopicThatMayForgetIsWarnedOfWhenItIsUsed() {
        String topic = server.createTopic(1, Map.of("unclean.leader.election.enable", "true"));
        transport = plain().build();
        assertThat(transport.durabilityWarnings()).isEmpty();
        assertThat(new Outcomes(transport).outcome(Message.to(topic).text("x"))).isEqualTo(Outcome.CONFIRMED);

        Awaitility.await("warnings about " + topic)
                .atMost(BOUND)
                .until(() -> transport.durabilityWarnings().size() == 2);
        assertThat(transport.durabilityWarnings())
                .anySatisfy(warning -> assertThat(warning).contains(topic, "one copy"))
                .anySatisfy(warning -> assertThat(warning).contains(topic, "unclean.leader.election.enable"));
    }

    private static KafkaTransport.Builder plain() {
        return KafkaTransport.to(server.bootstrapServers()).unavailableAfter(PATIENCE);
    }

    private static KafkaTransport.Builder proxied() {
        return KafkaTransport.to(server.proxy().host() + ":" + server.proxy().port())
                .unavailableAfter(PATIENCE);
    }

    private static void assertUnavailable(Outcome outcome, String... says) {
        assertThat(outcome).isInstanceOf(Outcome.Unavailable.class);
        assertThat(text(outcome)).contains(says);
    }

    /** Sends until it is unavailable for the reason that is meant, and not because the first connection takes its time. */
    private static Outcome awaitUnavailable(Outcomes outcomes, Message message, String... says) {
        AtomicReference<Outcome> last = new AtomicReference<>(Outcome.CONFIRMED);
        Awaitility.await("unavailable: " + String.join(", ", says))
                .atMost(BOUND)
                .untilAsserted(() -> {
                    last.set(outcomes.outcome(message));
                    assertUnavailable(last.get(), says);
                });
        return last.get();
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
