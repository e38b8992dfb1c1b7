package dev.outbox.kafka;

import dev.outbox.MessageLimits;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

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

    private record Rule(String property, Predicate<String> allowed, String why) {}

    private static final List<Rule> RULES = List.of(
            new Rule(
                    ProducerConfig.ACKS_CONFIG,
                    Set.of("all", "-1")::contains,
                    "must be all: with less, a message counts as confirmed that a crash of one broker loses (G1)"),
            new Rule(
                    ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                    "true"::equals,
                    "must be true: without it the client's own repetitions make duplicates and reorder (G3, G4)"),
            new Rule(
                    ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,
                    Set.of("1", "2", "3", "4", "5")::contains,
                    "must be 1 to 5: with more, the broker cannot tell the client's repetitions (G3, G4)"),
            new Rule(
                    ProducerConfig.RETRIES_CONFIG,
                    value -> !value.startsWith("-") && !value.equals("0"),
                    "must be at least 1: without the client's own repetitions each change of a leader leaves unknown outcomes"
                            + " (G4); delivery.timeout.ms bounds them"),
            new Rule(
                    ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                    value -> false,
                    "must not be set: outcomes are reported for each message, not for a transaction (G1)"),
            new Rule(
                    ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
                    value -> false,
                    "must not be set: keys are written as they were published (G5)"),
            new Rule(
                    ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
                    value -> false,
                    "must not be set: payloads are written as they were published (G5)"),
            new Rule(
                    ProducerConfig.MAX_BLOCK_MS_CONFIG,
                    value -> false,
                    "must not be set: sending never waits (G10); see KafkaTransport's unavailableAfter"),
            new Rule(
                    ProducerConfig.PARTITIONER_IGNORE_KEYS_CONFIG,
                    "false"::equals,
                    "must be false: order holds for a key because its messages go to one partition (G3)"),
            new Rule(
                    ProducerConfig.PARTITIONER_CLASS_CONFIG,
                    value -> !value.endsWith("RoundRobinPartitioner"),
                    "must send the messages of a key to one partition, or their order is lost (G3)"));

    private final Map<String, Object> values;

    private ProducerSettings(Map<String, Object> values) {
        this.values = values;
    }

    /** @throws IllegalArgumentException if a property weakens a guarantee, is missing, or is not a value of its kind */
    static ProducerSettings of(Map<String, Object> chosen) {
        RULES.forEach(rule -> check(rule, chosen.get(rule.property())));
        Map<String, Object> all = new TreeMap<>(DEFAULTS);
        all.putAll(chosen);
        all.putAll(FIXED);
        if (!chosen.containsKey(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG)) {
            long delivery = number(parse(all), ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG);
            all.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int)
                    Math.min(LONGEST_REQUEST_MILLIS, Math.max(1, delivery / 3)));
        }
        ProducerSettings settings = new ProducerSettings(all);
        settings.checkTimes(parse(all));
        return settings;
    }

    private static void check(Rule rule, @Nullable Object value) {
        if (value != null && !rule.allowed().test(value.toString().strip())) {
            throw new IllegalArgumentException("property " + rule.property() + " " + rule.why()
                    + (rule.allowed().test("") ? "" : "; it was '" + value + "'"));
        }
    }

    private static Map<String, Object> parse(Map<String, Object> properties) {
        Map<String, Object> complete = new TreeMap<>(properties);
        // Given to the producer as objects, but the definition wants a class.
        String serializer = "org.apache.kafka.common.serialization.ByteArraySerializer";
        complete.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, serializer);
        complete.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, serializer);
        try {
            return ProducerConfig.configDef().parse(complete);
        } catch (ConfigException notAValue) {
            throw new IllegalArgumentException(notAValue.getMessage(), notAValue);
        }
    }

    private void checkTimes(Map<String, Object> parsed) {
        Object servers = parsed.get(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG);
        if (!(servers instanceof List<?> list) || list.isEmpty()) {
            throw new IllegalArgumentException("property bootstrap.servers must name at least one host:port");
        }
        long delivery = number(parsed, ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG);
        if (delivery < SHORTEST_DELIVERY_MILLIS || delivery > LONGEST_DELIVERY_MILLIS) {
            throw new IllegalArgumentException("property delivery.timeout.ms " + delivery + " must be "
                    + SHORTEST_DELIVERY_MILLIS + " to " + LONGEST_DELIVERY_MILLIS
                    + ": for so long a message may be without"
                    + " an outcome, and what takes longer counts as unknown and is sent again (G4)");
        }
        long linger = number(parsed, ProducerConfig.LINGER_MS_CONFIG);
        long request = number(parsed, ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG);
        if (linger + request > delivery) {
            throw new IllegalArgumentException("property delivery.timeout.ms " + delivery
                    + " must be at least linger.ms " + linger + " and request.timeout.ms " + request + " together");
        }
    }

    private static long number(Map<String, Object> parsed, String property) {
        return parsed.get(property) instanceof Number number ? number.longValue() : 0;
    }

    /** For a producer whose serializers are given as objects. */
    Map<String, Object> producer() {
        return new TreeMap<>(values);
    }

    /** For a client that asks about topics: what connects to the brokers. */
    Map<String, Object> admin(Duration timeout) {
        Map<String, Object> admin = new TreeMap<>(values);
        Set<String> known = org.apache.kafka.clients.admin.AdminClientConfig.configNames();
        admin.keySet().retainAll(known);
        admin.put("request.timeout.ms", (int) timeout.toMillis());
        admin.put("default.api.timeout.ms", (int) timeout.toMillis());
        return admin;
    }

    /** For other clients of the same user: how to connect. */
    Map<String, Object> connection() {
        Map<String, Object> connection = admin(deliveryTimeout());
        connection.keySet().removeAll(Set.of("client.id", "request.timeout.ms", "default.api.timeout.ms"));
        return connection;
    }

    String servers() {
        return String.valueOf(values.get(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG));
    }

    Duration deliveryTimeout() {
        return Duration.ofMillis(number(parse(values), ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG));
    }

    /** The usual ones, unless the caller has chosen how large a request may be. */
    MessageLimits limits() {
        Map<String, Object> parsed = parse(values);
        long request = Math.min(
                number(parsed, ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
                number(parsed, ProducerConfig.BUFFER_MEMORY_CONFIG));
        MessageLimits usual = MessageLimits.defaults();
        if (!values.containsKey(ProducerConfig.MAX_REQUEST_SIZE_CONFIG)
                && request >= usual.maxPayloadBytes() + ENVELOPE_BYTES) {
            return usual;
        }
        int payload = (int) Math.max(0, request - ENVELOPE_BYTES);
        return new MessageLimits(payload, usual.maxHeaders(), usual.maxHeaderBytes());
    }
}
