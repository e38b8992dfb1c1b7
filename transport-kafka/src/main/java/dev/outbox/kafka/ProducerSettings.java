package dev.outbox.kafka;

import dev.outbox.MessageLimits;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * The producer's properties: the caller's, checked, and ours where the caller has none.
 *
 * <p>What a guarantee rests on cannot be weakened: the table is that of {@link KafkaTransport.Builder#property}.
 */
final class ProducerSettings {
    /** Bytes of a record beside the payload: 16 KiB of headers, their frames, and the longest names. */
    private static final int ENVELOPE_BYTES = 24_576;

    private static final long SHORTEST_DELIVERY_MILLIS = 1_000;
    private static final long LONGEST_DELIVERY_MILLIS = Duration.ofMinutes(15).toMillis();
    private static final long LONGEST_REQUEST_MILLIS = 15_000;

    private static final Map<String, Object> DEFAULTS = Map.of(
            ProducerConfig.CLIENT_ID_CONFIG,
            "outbox",
            ProducerConfig.LINGER_MS_CONFIG,
            0L,
            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
            60_000,
            // Twice the payloads that a relay holds in memory.
            ProducerConfig.BUFFER_MEMORY_CONFIG,
            64L << 20);

    private static final Map<String, Object> FIXED = Map.of(
            ProducerConfig.ACKS_CONFIG,
            "all",
            ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
            true,
            // Not at all: what cannot be sent now waits in the lobby, not in the relay's thread.
            ProducerConfig.MAX_BLOCK_MS_CONFIG,
            0L);

    private static final String SERIALIZER = "org.apache.kafka.common.serialization.ByteArraySerializer";
    private static final Map<String, Object> SERIALIZERS = Map.of(
            ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, SERIALIZER,
            ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, SERIALIZER);

    private static final List<PropertyRule> RULES = List.of(
            PropertyRule.text(
                    ProducerConfig.ACKS_CONFIG,
                    Set.of("all", "-1")::contains,
                    "must be all: with less, a message counts as confirmed that a crash of one broker loses (G1)"),
            PropertyRule.text(
                    ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                    "true"::equals,
                    "must be true: without it the client's own repetitions make duplicates and reorder (G3, G4)"),
            PropertyRule.text(
                    ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,
                    Set.of("1", "2", "3", "4", "5")::contains,
                    "must be 1 to 5: with more, the broker cannot tell the client's repetitions (G3, G4)"),
            PropertyRule.text(
                    ProducerConfig.RETRIES_CONFIG,
                    value -> !value.startsWith("-") && !value.equals("0"),
                    "must be at least 1: without the client's own repetitions each change of a leader leaves unknown outcomes"
                            + " (G4); delivery.timeout.ms bounds them"),
            PropertyRule.notToBeSet(
                    ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                    "outcomes are reported for each message, not for a transaction (G1)"),
            PropertyRule.notToBeSet(
                    ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, "keys are written as they were published (G5)"),
            PropertyRule.notToBeSet(
                    ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, "payloads are written as they were published (G5)"),
            PropertyRule.notToBeSet(
                    ProducerConfig.MAX_BLOCK_MS_CONFIG,
                    "sending never waits (G10); see KafkaTransport's unavailableAfter"),
            PropertyRule.text(
                    ProducerConfig.PARTITIONER_IGNORE_KEYS_CONFIG,
                    "false"::equals,
                    "must be false: order holds for a key because its messages go to one partition (G3)"),
            PropertyRule.text(
                    ProducerConfig.PARTITIONER_CLASS_CONFIG,
                    value -> !value.endsWith("RoundRobinPartitioner"),
                    "must send the messages of a key to one partition, or their order is lost (G3)"));

    private final ClientSettings settings;

    private ProducerSettings(ClientSettings settings) {
        this.settings = settings;
    }

    /** @throws IllegalArgumentException if a property weakens a guarantee, is missing, or is not a value of its kind */
    static ProducerSettings of(Map<String, Object> chosen) {
        RULES.forEach(rule -> rule.check(chosen));
        Map<String, Object> all = new TreeMap<>(DEFAULTS);
        all.putAll(chosen);
        all.putAll(FIXED);
        if (!chosen.containsKey(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG)) {
            long delivery = parse(all).number(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG);
            all.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int)
                    Math.min(LONGEST_REQUEST_MILLIS, Math.max(1, delivery / 3)));
        }
        ProducerSettings settings = new ProducerSettings(parse(all));
        settings.checkTimes();
        return settings;
    }

    private static ClientSettings parse(Map<String, Object> values) {
        return ClientSettings.of(values, ProducerConfig.configDef(), SERIALIZERS);
    }

    private void checkTimes() {
        long delivery = settings.number(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG);
        if (delivery < SHORTEST_DELIVERY_MILLIS || delivery > LONGEST_DELIVERY_MILLIS) {
            throw new IllegalArgumentException("property delivery.timeout.ms " + delivery + " must be "
                    + SHORTEST_DELIVERY_MILLIS + " to " + LONGEST_DELIVERY_MILLIS
                    + ": for so long a message may be without"
                    + " an outcome, and what takes longer counts as unknown and is sent again (G4)");
        }
        long linger = settings.number(ProducerConfig.LINGER_MS_CONFIG);
        long request = settings.number(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG);
        if (linger + request > delivery) {
            throw new IllegalArgumentException("property delivery.timeout.ms " + delivery
                    + " must be at least linger.ms " + linger + " and request.timeout.ms " + request + " together");
        }
    }

    /** For a producer whose serializers are given as objects. */
    Map<String, Object> producer() {
        return new TreeMap<>(settings.values());
    }

    /** For a client that asks about topics: what connects to the brokers. */
    Map<String, Object> admin(Duration timeout) {
        return settings.admin(timeout);
    }

    /** For other clients of the same user: how to connect. */
    Map<String, Object> connection() {
        Map<String, Object> connection = admin(deliveryTimeout());
        connection.keySet().removeAll(Set.of("client.id", "request.timeout.ms", "default.api.timeout.ms"));
        return connection;
    }

    String servers() {
        return settings.servers();
    }

    Duration deliveryTimeout() {
        return Duration.ofMillis(settings.number(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG));
    }

    /** The usual ones, unless the caller has chosen how large a request may be. */
    MessageLimits limits() {
        long request = Math.min(
                settings.number(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
                settings.number(ProducerConfig.BUFFER_MEMORY_CONFIG));
        MessageLimits usual = MessageLimits.defaults();
        if (!settings.values().containsKey(ProducerConfig.MAX_REQUEST_SIZE_CONFIG)
                && request >= usual.maxPayloadBytes() + ENVELOPE_BYTES) {
            return usual;
        }
        int payload = (int) Math.max(0, request - ENVELOPE_BYTES);
        return new MessageLimits(payload, usual.maxHeaders(), usual.maxHeaderBytes());
    }
}
