package dev.outbox.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * How many records are not finished. The brokers are asked for the ends of the partitions once a second, as long as somebody wants to know; a consumer that is
 * paused would not learn them by itself, and that is when they matter. Belongs to the loop's thread, but for the figure.
 */
final class Lag {
    private static final long WANTED_NANOS = Duration.ofMinutes(1).toNanos();
    private static final long BETWEEN_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long UNKNOWN = -1;

    private final IsolationLevel isolation;
    private final Map<TopicPartition, Long> ends = new HashMap<>();
    private @Nullable Map<TopicPartition, KafkaFuture<ListOffsetsResultInfo>> asked;
    private long askedAtNanos = System.nanoTime() - BETWEEN_NANOS;
    /** Whether it is known which partitions this process has; before, none is not a lag of zero. */
    private boolean assigned;

    private volatile long wantedAtNanos = System.nanoTime() - WANTED_NANOS;
    private volatile long figure = UNKNOWN;

    Lag(IsolationLevel isolation) {
        this.isolation = isolation;
    }

    /** As of a second ago at most; on any thread. Empty while this process is no member of the group, and while the brokers do not say. */
    OptionalLong figure() {
        wantedAtNanos = System.nanoTime();
        long known = figure;
        return known == UNKNOWN ? OptionalLong.empty() : OptionalLong.of(known);
    }

    boolean isWanted(long nowNanos) {
        return nowNanos - wantedAtNanos < WANTED_NANOS;
    }

    /** Reads answers and asks again, without waiting. */
    void step(Collection<Assigned> partitions, Admin admin, long nowNanos) {
        read();
        figure = assigned ? sum(partitions) : UNKNOWN;
        if (asked == null && nowNanos - askedAtNanos >= BETWEEN_NANOS) {
            Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
            partitions.forEach(one -> latest.put(one.partition(), OffsetSpec.latest()));
            ends.keySet().retainAll(latest.keySet());
            askedAtNanos = nowNanos;
            if (!latest.isEmpty()) {
                var result = admin.listOffsets(latest, new ListOffsetsOptions(isolation));
                Map<TopicPartition, KafkaFuture<ListOffsetsResultInfo>> coming = new HashMap<>();
                latest.keySet().forEach(partition -> coming.put(partition, result.partitionResult(partition)));
                asked = coming;
            }
        }
    }

    /** From now on the partitions are all that this process is to read. */
    void assigned() {
        assigned = true;
    }

    /** From now on it is not known what this process is to read. */
    void unassigned() {
        assigned = false;
        figure = UNKNOWN;
    }

    /** Nobody knows. */
    void forget() {
        asked = null;
        ends.clear();
        figure = UNKNOWN;
    }

    private void read() {
        Map<TopicPartition, KafkaFuture<ListOffsetsResultInfo>> coming = asked;
        if (coming != null && coming.values().stream().allMatch(KafkaFuture::isDone)) {
            asked = null;
            coming.forEach(this::read);
        }
    }

    private void read(TopicPartition partition, KafkaFuture<ListOffsetsResultInfo> answer) {
        try {
            ends.put(partition, answer.get().offset());
        } catch (ExecutionException notKnown) {
            ends.remove(partition);
        } catch (InterruptedException neverOnADaemonOfOurs) {
            Thread.currentThread().interrupt();
        }
    }

    private long sum(Collection<Assigned> partitions) {
        long sum = 0;
        for (Assigned one : partitions) {
            Long end = ends.get(one.partition());
            if (end == null || !one.isLocated()) {
                return UNKNOWN;
            }
            sum += Math.max(0, end - one.next()) + one.unfinished();
        }
        return sum;
    }
}
