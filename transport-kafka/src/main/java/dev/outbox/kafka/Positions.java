package dev.outbox.kafka;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where to begin with partitions that were just assigned.
 *
 * <p>At the group's position if there is one. Where there is none, the group's beginning decides: it is written beside each position that is committed, so that a
 * partition which was added later, or whose turn came later, begins at the same time as the others did, and what was written to it before anybody looked is read
 * (G2). Belongs to the loop's thread, and waits for the brokers for a bounded time.
 */
final class Positions {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaSource.class);
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Consumer<byte[], byte[]> consumer;
    private final String group;
    private final Start start;
    private final InstantSource clock;

    Positions(Consumer<byte[], byte[]> consumer, String group, Start start, InstantSource clock) {
        this.consumer = consumer;
        this.group = group;
        this.start = start;
        this.clock = clock;
    }

    /**
     * Tells each of {@code partitions} where it begins.
     *
     * @throws org.apache.kafka.common.errors.TimeoutException if the brokers do not say so in time; some may have been told
     */
    void locate(Collection<Assigned> partitions) {
        Set<TopicPartition> asked = new HashSet<>();
        partitions.forEach(one -> asked.add(one.partition()));
        Map<TopicPartition, OffsetAndMetadata> known = consumer.committed(asked, PATIENCE);
        for (Assigned one : partitions) {
            @Nullable OffsetAndMetadata committed = known.get(one.partition());
            if (committed != null) {
                consumer.seek(one.partition(), committed);
                one.locate(committed.offset(), Mark.parse(committed.metadata()));
            } else {
                begin(one);
            }
        }
    }

    private void begin(Assigned one) {
        TopicPartition partition = one.partition();
        Mark mark = Mark.NONE;
        long position;
        if (start instanceof Start.At at) {
            position = firstAt(partition, at.instant().toEpochMilli());
        } else if (start instanceof Start.Latest) {
            OptionalLong since = beginOfGroup(partition.topic());
            mark = new Mark(OptionalLong.empty(), OptionalLong.of(since.orElse(clock.millis())));
            position = since.isPresent() ? firstAt(partition, since.getAsLong()) : end(partition);
        } else {
            position = first(partition);
        }
        consumer.seek(partition, position);
        one.locate(position, mark);
        LOG.info("Group {} has no position of {} yet and begins at offset {}: {}", group, partition, position, start);
    }

    /** When the group began to read {@code topic}, as far as its other partitions know; at the beginning of time, if they have positions that do not say. */
    private OptionalLong beginOfGroup(String topic) {
        Set<TopicPartition> all = new HashSet<>();
        consumer.partitionsFor(topic, PATIENCE).forEach(info -> all.add(new TopicPartition(topic, info.partition())));
        return consumer.committed(all, PATIENCE).values().stream()
                .filter(Objects::nonNull)
                .mapToLong(committed ->
                        Mark.parse(committed.metadata()).sinceMillis().orElse(0))
                .min();
    }

    private long firstAt(TopicPartition partition, long millis) {
        @Nullable
        OffsetAndTimestamp found =
                consumer.offsetsForTimes(Map.of(partition, millis), PATIENCE).get(partition);
        return found == null ? end(partition) : found.offset();
    }

    long first(TopicPartition partition) {
        return consumer.beginningOffsets(List.of(partition), PATIENCE).getOrDefault(partition, 0L);
    }

    long end(TopicPartition partition) {
        return consumer.endOffsets(List.of(partition), PATIENCE).getOrDefault(partition, 0L);
    }
}
