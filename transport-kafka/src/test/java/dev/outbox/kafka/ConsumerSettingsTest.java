package dev.outbox.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConsumerSettingsTest {
    @ParameterizedTest
    @CsvSource({
        "enable.auto.commit, true, G2",
        "auto.offset.reset, latest, fromEarliest",
        "auto.offset.reset, none, stopWhenRecordsAreGone",
        "key.deserializer, org.apache.kafka.common.serialization.StringDeserializer, G5",
        "value.deserializer, org.apache.kafka.common.serialization.StringDeserializer, G5",
        "partition.assignment.strategy, org.apache.kafka.clients.consumer.RangeAssignor, CooperativeStickyAssignor",
        "partition.assignment.strategy, no.such.Assignor, cooperative",
        "max.poll.records, 0, max.poll.records",
        "max.poll.records, 10001, G12",
        "max.poll.interval.ms, 999, half of it",
        "group.id, '', group.id"
    })
    void aPropertyThatWeakensAGuaranteeIsRefusedWithAReason(String name, String value, String reason) {
        assertThatThrownBy(() -> settings(name, value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource({
        "enable.auto.commit, false",
        "isolation.level, read_uncommitted",
        "allow.auto.create.topics, true",
        "max.poll.records, 100",
        "group.instance.id, a",
        "fetch.min.bytes, 1000",
        "client.id, mine",
        "client.rack, b",
        "security.protocol, SSL",
        "a.plugin.of.mine, x"
    })
    void anyOtherPropertyIsPassedOn(String name, String value) {
        assertThat(settings(name, value).consumer().get(name).toString()).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource({
        "enable.auto.commit, false",
        "auto.offset.reset, none",
        "isolation.level, read_committed",
        "allow.auto.create.topics, false",
        "group.id, payment",
        "client.id, outbox-payment",
        "partition.assignment.strategy, org.apache.kafka.clients.consumer.CooperativeStickyAssignor"
    })
    void whatTheGuaranteesRestOnIsSetWithoutBeingAsked(String name, String value) {
        assertThat(settings("linger.ms", 1).consumer().get(name).toString()).isEqualTo(value);
    }

    @Test
    void anEagerAssignorMayStandBesideACooperativeOneForAChangeOver() {
        List<Class<?>> both = List.of(CooperativeStickyAssignor.class, RangeAssignor.class);
        assertThat(settings("partition.assignment.strategy", both).consumer())
                .containsEntry("partition.assignment.strategy", both);
        settings(
                "partition.assignment.strategy",
                RangeAssignor.class.getName() + ", " + CooperativeStickyAssignor.class.getName());
    }

    @Test
    void theNewGroupProtocolHasItsAssignorsAtTheBroker() {
        assertThat(settings("group.protocol", "consumer").consumer())
                .doesNotContainKey("partition.assignment.strategy");
    }

    @Test
    void aValueThatIsNoneOfItsKindIsRefused() {
        assertThatThrownBy(() -> settings("fetch.min.bytes", "many")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aSourceReadsTopicsByNameOrByPattern() {
        assertThatThrownBy(() -> KafkaSource.from("localhost:1").build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("call topics");
        assertThatThrownBy(() -> KafkaSource.from("localhost:1")
                        .topics("a")
                        .topics(Pattern.compile("b"))
                        .build())
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void handlersMayNotRunOnForLongerThanTheGroupWaits() {
        KafkaSource.Builder builder =
                KafkaSource.from("localhost:1").topics("a").property("max.poll.interval.ms", 10_000);
        assertThatThrownBy(() -> builder.drainTimeout(Duration.ofSeconds(6)).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT6S")
                .hasMessageContaining("PT5S");
        builder.drainTimeout(Duration.ofSeconds(5)).build();
    }

    private static ConsumerSettings settings(String name, Object value) {
        Map<String, Object> properties = new HashMap<>(Map.of("bootstrap.servers", "localhost:1"));
        properties.put(name, value);
        return ConsumerSettings.of(properties, "payment");
    }
}
