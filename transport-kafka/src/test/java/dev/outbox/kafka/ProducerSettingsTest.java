package dev.outbox.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outbox.MessageLimits;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProducerSettingsTest {
    @ParameterizedTest
    @CsvSource({
        "acks, 1, G1",
        "acks, 0, G1",
        "enable.idempotence, false, G4",
        "max.in.flight.requests.per.connection, 6, G3",
        "retries, 0, G4",
        "transactional.id, mine, G1",
        "key.serializer, org.apache.kafka.common.serialization.StringSerializer, G5",
        "value.serializer, org.apache.kafka.common.serialization.StringSerializer, G5",
        "max.block.ms, 1000, G10",
        "partitioner.ignore.keys, true, G3",
        "partitioner.class, org.apache.kafka.clients.producer.RoundRobinPartitioner, G3",
        "delivery.timeout.ms, 999, G4",
        "delivery.timeout.ms, 900001, G4"
    })
    void aPropertyThatWeakensAGuaranteeIsRefusedWithItsNumber(String name, String value, String guarantee) {
        assertThatThrownBy(() -> settings(name, value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name)
                .hasMessageContaining(guarantee);
    }

    @ParameterizedTest
    @CsvSource({
        "acks, all",
        "acks, -1",
        "enable.idempotence, true",
        "max.in.flight.requests.per.connection, 1",
        "retries, 5",
        "partitioner.ignore.keys, false",
        "delivery.timeout.ms, 1000",
        "compression.type, lz4",
        "linger.ms, 5",
        "client.id, mine",
        "security.protocol, SSL",
        "a.plugin.of.mine, x"
    })
    void anyOtherPropertyIsPassedOn(String name, String value) {
        assertThat(settings(name, value).producer().get(name).toString()).isIn(value, "all", "true");
    }

    @ParameterizedTest
    @CsvSource({"acks, all", "enable.idempotence, true", "max.block.ms, 0", "linger.ms, 0", "delivery.timeout.ms, 60000"
    })
    void whatTheGuaranteesRestOnIsSetWithoutBeingAsked(String name, String value) {
        assertThat(settings("client.id", "mine").producer().get(name)).hasToString(value);
    }

    @ParameterizedTest
    @CsvSource({"linger.ms, soon", "compression.type, best", "bootstrap.servers, ''"})
    void aValueThatKafkaDoesNotKnowIsRefusedBeforeAnythingConnects(String name, String value) {
        assertThatThrownBy(() -> settings(name, value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name);
    }

    @Test
    void theTimesHaveToGoTogether() {
        assertThatThrownBy(() -> ProducerSettings.of(
                        Map.of("bootstrap.servers", "h:1", "delivery.timeout.ms", 5000, "request.timeout.ms", 6000)))
                .hasMessageContaining("5000")
                .hasMessageContaining("6000");
        ProducerSettings shorter = settings("delivery.timeout.ms", "6000");
        assertThat(shorter.deliveryTimeout()).isEqualTo(Duration.ofSeconds(6));
        assertThat(shorter.producer()).containsEntry("request.timeout.ms", 2_000);
    }

    @Test
    void withoutServersNothingIsBuilt() {
        assertThatThrownBy(() -> KafkaTransport.with(Map.of("client.id", "x")).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bootstrap.servers");
    }

    @Test
    void thePayloadsLimitFollowsTheLargestRequest() {
        assertThat(settings("client.id", "x").limits()).isEqualTo(MessageLimits.defaults());
        assertThat(settings("max.request.size", "10000000").limits().maxPayloadBytes())
                .isBetween(9_900_000, 9_990_000);
        assertThat(settings("buffer.memory", "100000").limits().maxPayloadBytes())
                .isLessThan(100_000);
        assertThat(settings("max.request.size", "10").limits().maxPayloadBytes())
                .isZero();
    }

    @Test
    void optionsAreChecked() {
        KafkaTransport.Builder builder = KafkaTransport.to("localhost:1");
        assertThatThrownBy(() -> builder.unavailableAfter(Duration.ofSeconds(-1)))
                .hasMessageContaining("unavailableAfter");
        assertThatThrownBy(() -> builder.closeTimeout(Duration.ofMinutes(2))).hasMessageContaining("closeTimeout");
        assertThatThrownBy(() -> builder.source("")).hasMessageContaining("source");
        assertThatThrownBy(() -> builder.source("a b")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aDestinationThatNoTopicCanHaveIsRefusedWhenItIsPublished() {
        try (KafkaTransport transport = KafkaTransport.to("localhost:1").build()) {
            assertThatThrownBy(() -> transport.limits("orders/eu"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("orders/eu")
                    .hasMessageContaining("topics");
        }
        try (KafkaTransport mapped = KafkaTransport.to("localhost:1")
                .topics(name -> name.replace('/', '.'))
                .build()) {
            assertThat(mapped.limits("orders/eu")).isEqualTo(MessageLimits.defaults());
        }
    }

    private static ProducerSettings settings(String name, String value) {
        Map<String, Object> properties = new HashMap<>(Map.of("bootstrap.servers", "localhost:9092"));
        properties.put(name, value);
        return ProducerSettings.of(properties);
    }
}
