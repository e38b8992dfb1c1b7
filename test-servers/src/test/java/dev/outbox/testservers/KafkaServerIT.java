package dev.outbox.testservers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class KafkaServerIT {
    private static final Duration BOUND = Duration.ofSeconds(60);

    @Test
    void theSharedBrokerIsOneAndCreatesNoTopicsByItself() throws Exception {
        KafkaServer server = KafkaServer.shared();
        server.close();
        assertThat(KafkaServer.shared()).isSameAs(server);

        String topic = server.createTopic(2);
        send(plain(server), topic, "here");
        assertThat(read(plain(server), topic)).containsExactly("here");
        assertThatThrownBy(() -> send(plain(server), "no-such-topic", "nowhere"))
                .hasRootCauseInstanceOf(org.apache.kafka.common.errors.UnknownTopicOrPartitionException.class);
    }

    @Test
    void acknowledgedRecordsSurviveAKillAStopAndAPause() throws Exception {
        try (KafkaServer server = KafkaServer.start(KafkaServer.Extra.PROXIED)) {
            String topic = server.createTopic(1);
            send(plain(server), topic, "before the kill");

            server.kill();
            assertThat(KafkaCalls.awaitAnswer(server.bootstrapServers(), () -> false, BOUND))
                    .isPresent();
            server.restart();
            send(plain(server), topic, "before the stop");
            server.stop();
            server.restart();

            server.pause();
            assertThatThrownBy(() -> send(plain(server), topic, "never"))
                    .isInstanceOfAny(ExecutionException.class, TimeoutException.class);
            server.resume();
            assertThat(read(plain(server), topic)).startsWith("before the kill", "before the stop");

            theProxyIsTheOnlyWayForThoseWhoCameThroughIt(server, topic);
        }
    }

    private static void theProxyIsTheOnlyWayForThoseWhoCameThroughIt(KafkaServer server, String topic)
            throws Exception {
        Map<String, Object> proxied = new HashMap<>(plain(server));
        proxied.put(
                "bootstrap.servers",
                server.proxy().host() + ":" + server.proxy().port());
        send(proxied, topic, "through the proxy");
        server.proxy().freeze();
        assertThatThrownBy(() -> send(proxied, topic, "frozen"))
                .isInstanceOfAny(ExecutionException.class, TimeoutException.class);
        server.proxy().thaw();
        assertThat(read(plain(server), topic)).contains("through the proxy");
    }

    @Test
    void theSecuredListenerWantsTheCertificateAndThePassword() throws Exception {
        try (KafkaServer server = KafkaServer.start(KafkaServer.Extra.SECURED)) {
            String topic = server.createTopic(1);
            send(server.securedClient("outbox"), topic, "secret");
            assertThat(read(plain(server), topic)).containsExactly("secret");

            assertThatThrownBy(() -> send(server.securedClient("guest"), topic, "not allowed"))
                    .hasRootCauseInstanceOf(TopicAuthorizationException.class);
            Map<String, Object> wrong = new HashMap<>(server.securedClient("outbox"));
            wrong.put(
                    "sasl.jaas.config", wrong.get("sasl.jaas.config").toString().replaceFirst("word=\"", "word=\"x"));
            assertThatThrownBy(() -> send(wrong, topic, "wrong"))
                    .hasRootCauseInstanceOf(SaslAuthenticationException.class);
            assertThatThrownBy(() -> server.securedClient("nobody")).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aWrongSettingIsReportedWithTheBrokersOwnWords() {
        assertThatThrownBy(() -> KafkaServer.start(Map.of("num.io.threads", "many")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("num.io.threads");
    }

    @Test
    void aBrokerThatTheEnvironmentNamesCanBeUsedButNotControlled() {
        KafkaServer owner = KafkaServer.shared();
        KafkaServer named = KafkaServer.named(Map.of("OUTBOX_TEST_KAFKA_URL", owner.bootstrapServers()));

        assertThat(named.createTopic(1)).startsWith("outbox-test-");
        assertThat(named.controllable()).isFalse();
        assertThatThrownBy(named::kill)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("OUTBOX_TEST_KAFKA_URL");
        assertThatThrownBy(named::proxy).hasMessageContaining("PROXIED");
        named.close();
        assertThat(owner.createTopic(1)).isNotEmpty();
    }

    private static Map<String, Object> plain(KafkaServer server) {
        return Map.of("bootstrap.servers", server.bootstrapServers());
    }

    private static void send(Map<String, Object> client, String topic, String text) throws Exception {
        Map<String, Object> properties = new HashMap<>(client);
        properties.putAll(Map.of("max.block.ms", 1_500, "request.timeout.ms", 1_500, "delivery.timeout.ms", 2_000));
        try (Producer<String, String> producer =
                new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(topic, 0, "key", text)).get(BOUND.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private static List<String> read(Map<String, Object> client, String topic) {
        try (Consumer<String, String> consumer =
                new KafkaConsumer<>(client, new StringDeserializer(), new StringDeserializer())) {
            TopicPartition partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            List<String> texts = new ArrayList<>();
            Await.until(
                    () -> {
                        consumer.poll(Duration.ofMillis(100))
                                .forEach((ConsumerRecord<String, String> r) -> texts.add(r.value()));
                        return consumer.position(partition) >= end;
                    },
                    BOUND,
                    () -> topic + " is not read to its end");
            return texts;
        }
    }
}
