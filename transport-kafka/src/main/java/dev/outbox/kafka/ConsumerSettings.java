package dev.outbox.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.RebalanceProtocol;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.common.IsolationLevel;

/**
 * The consumer's properties: the caller's, checked, and ours where the caller has none.
 *
 * <p>What a guarantee rests on cannot be weakened: the table is that of {@link KafkaSource.Builder#property}.
 */
final class ConsumerSettings {
    private static final Duration LONGEST_DRAIN = Duration.ofMinutes(1);
    private static final int MOST_IN_A_POLL = 10_000;
    private static final long SHORTEST_POLL_INTERVAL_MILLIS = 1_000;
    private static final String DESERIALIZER = "org.apache.kafka.common.serialization.ByteArrayDeserializer";
    private static final Map<String, Object> DESERIALIZERS = Map.of(
            ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, DESERIALIZER,
            ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, DESERIALIZER);

    private static final Map<String, Object> DEFAULTS = Map.of(
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            "read_committed",
            // A typing error would become a topic that nobody writes to.
            ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
            false);

    private static final Map<String, Object> FIXED =
            Map.of(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false, ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");

    private static final List<PropertyRule> RULES = List.of(
            PropertyRule.text(
                    ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                    "false"::equals,
                    "must be false: Kafka's client would commit records that are not handled yet, and a crash would lose them (G2)"),
            PropertyRule.notToBeSet(
                    ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                    "say with fromEarliest, fromLatest or from where a new group begins, and with stopWhenRecordsAreGone what becomes"
                            + " of a position that retention has overtaken: Kafka's client would pass over records without a word (G2)"),
            PropertyRule.notToBeSet(
                    ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, "keys are read as they were published (G5)"),
            PropertyRule.notToBeSet(
                    ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
                    "payloads are read as they were published (G5), and one that cannot be decoded would stop the partition"),
            new PropertyRule(
                    ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                    ConsumerSettings::isCooperative,
                    "must name an assignor with the cooperative protocol, such as "
                            + CooperativeStickyAssignor.class.getName()
                            + ", others only beside it and while a group changes over: with an eager one each process that"
                            + " comes or goes stops all the others"));

    private final ClientSettings settings;

    private ConsumerSettings(ClientSettings settings) {
        this.settings = settings;
    }

    /**
     * @param group the group's name, unless {@code group.id} is among the properties
     * @throws IllegalArgumentException if a property weakens a guarantee, is missing, or is not a value of its kind
     */
    static ConsumerSettings of(Map<String, Object> chosen, String group) {
        RULES.forEach(rule -> rule.check(chosen));
        Map<String, Object> all = new TreeMap<>(DEFAULTS);
        all.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        if (!"consumer".equalsIgnoreCase(String.valueOf(chosen.get(ConsumerConfig.GROUP_PROTOCOL_CONFIG)))) {
            all.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        }
        all.putAll(chosen);
        all.putAll(FIXED);
        all.putIfAbsent(ConsumerConfig.CLIENT_ID_CONFIG, "outbox-" + all.get(ConsumerConfig.GROUP_ID_CONFIG));
        ConsumerSettings settings =
                new ConsumerSettings(ClientSettings.of(all, ConsumerConfig.configDef(), DESERIALIZERS));
        settings.check();
        return settings;
    }

    private void check() {
        if (group().isBlank()) {
            throw new IllegalArgumentException("property group.id must not be empty");
        }
        int records = mostInAPoll();
        if (records < 1 || records > MOST_IN_A_POLL) {
            throw new IllegalArgumentException("property max.poll.records " + records + " must be 1 to "
                    + MOST_IN_A_POLL + ": so many may come on top of the consumer's bufferCount (G12)");
        }
        if (pollInterval().toMillis() < SHORTEST_POLL_INTERVAL_MILLIS) {
            throw new IllegalArgumentException("property max.poll.interval.ms "
                    + pollInterval().toMillis() + " must be at least " + SHORTEST_POLL_INTERVAL_MILLIS
                    + ": half of it is what handlers have to end in when a partition goes to another process");
        }
    }

    private static boolean isCooperative(Object strategies) {
        List<?> all = strategies instanceof List<?> list
                ? list
                : List.of(
                        strategies instanceof Class<?> type
                                ? type
                                : strategies.toString().split("\\s*,\\s*"));
        return all.stream()
                .flatMap(one -> one instanceof String[] names ? List.of(names).stream() : List.of(one).stream())
                .anyMatch(ConsumerSettings::isCooperativeAssignor);
    }

    private static boolean isCooperativeAssignor(Object strategy) {
        try {
            Class<?> type = strategy instanceof Class<?> given
                    ? given
                    : Class.forName(strategy.toString().strip());
            return type.getDeclaredConstructor().newInstance() instanceof ConsumerPartitionAssignor assignor
                    && assignor.supportedProtocols().contains(RebalanceProtocol.COOPERATIVE);
        } catch (ReflectiveOperationException | LinkageError cannotTell) {
            return false;
        }
    }

    /** For a consumer whose deserializers are given as objects. */
    Map<String, Object> consumer() {
        return new TreeMap<>(settings.values());
    }

    /** For a client that asks about topics: what connects to the brokers. */
    Map<String, Object> admin(Duration timeout) {
        return settings.admin(timeout);
    }

    String servers() {
        return settings.servers();
    }

    String group() {
        return settings.text(ConsumerConfig.GROUP_ID_CONFIG);
    }

    int mostInAPoll() {
        return (int) settings.number(ConsumerConfig.MAX_POLL_RECORDS_CONFIG);
    }

    Duration pollInterval() {
        return Duration.ofMillis(settings.number(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG));
    }

    /** How long handlers may run on, unless somebody says otherwise, when their partition is to go. */
    Duration longestDrain() {
        Duration half = pollInterval().dividedBy(2);
        return half.compareTo(LONGEST_DRAIN) < 0 ? half : LONGEST_DRAIN;
    }

    IsolationLevel isolation() {
        return "read_committed".equals(settings.text(ConsumerConfig.ISOLATION_LEVEL_CONFIG))
                ? IsolationLevel.READ_COMMITTED
                : IsolationLevel.READ_UNCOMMITTED;
    }
}
