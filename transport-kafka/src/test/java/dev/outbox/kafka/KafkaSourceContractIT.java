package dev.outbox.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.Message;
import dev.outbox.spi.Outcome;
import dev.outbox.spi.Source;
import dev.outbox.testkit.GroupSourceContract;
import dev.outbox.testkit.Outcomes;
import dev.outbox.testservers.KafkaServer;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class KafkaSourceContractIT extends GroupSourceContract {
    private static final Map<String, String> SHORT_SESSIONS = Map.of(
            "group.min.session.timeout.ms", "1000",
            "group.consumer.min.session.timeout.ms", "1000",
            "group.consumer.session.timeout.ms", "6000",
            "group.consumer.min.heartbeat.interval.ms", "500",
            "group.consumer.heartbeat.interval.ms", "500");

    /** Of who is to be missed soon. */
    private static final Duration SHORT_SESSION = Duration.ofSeconds(5);
    /** Of who is not to lose a partition because the machine is busy. */
    private static final Duration LONG_SESSION = Duration.ofSeconds(30);

    private static KafkaServer server;

    private KafkaTransport transport;
    private Outcomes outcomes;
    private String topic;

    @BeforeAll
    static void startServer() {
        server = KafkaServer.start(SHORT_SESSIONS, KafkaServer.Extra.PROXIED);
    }

    @AfterAll
    static void closeServer() {
        server.close();
    }

    @BeforeEach
    void createTopic() {
        topic = server.createTopic(2);
        transport = KafkaTransport.to(server.bootstrapServers())
                .topics(destination -> topic)
                .unavailableAfter(Duration.ofSeconds(40))
                .build();
        outcomes = new Outcomes(transport);
    }

    @AfterEach
    void closeTransport() {
        server.proxy().thaw();
        server.proxy().cut();
        transport.close();
    }

    @Override
    protected Source source() {
        return reading(server.bootstrapServers(), LONG_SESSION).build();
    }

    @Override
    protected Source mortal() {
        return reading(server.proxy().host() + ":" + server.proxy().port(), SHORT_SESSION)
                .build();
    }

    @Override
    protected void kill(Source mortal) {
        server.proxy().freeze();
    }

    private KafkaSource.Builder reading(String servers, Duration session) {
        return ofProtocol(
                KafkaSource.from(servers)
                        .topics(topic)
                        .group("group-of-" + topic)
                        .destinations(any -> "orders"),
                session);
    }

    KafkaSource.Builder ofProtocol(KafkaSource.Builder builder, Duration session) {
        return builder.property("session.timeout.ms", (int) session.toMillis()).property("heartbeat.interval.ms", 500);
    }

    @Override
    protected void append(Message message) {
        assertThat(outcomes.outcome(message)).isInstanceOf(Outcome.Confirmed.class);
    }
}
