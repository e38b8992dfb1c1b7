package dev.outbox.kafka;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Positions at which there is no record any more, or none yet: it is said how many are missing, and done what was chosen. Belongs to the loop's thread. */
final class Gaps {
    /** What becomes of a partition whose position is nowhere. */
    enum Policy {
        /** It goes on with the first record that is there. */
        GO_ON,
        /** It is not read any more. */
        STOP
    }

    private static final Logger LOG = LoggerFactory.getLogger(KafkaSource.class);

    private final Consumer<byte[], byte[]> consumer;
    private final Positions positions;
    private final String group;
    private final Policy policy;
    private final Troubles troubles;

    Gaps(Consumer<byte[], byte[]> consumer, Positions positions, String group, Policy policy, Troubles troubles) {
        this.consumer = consumer;
        this.positions = positions;
        this.group = group;
        this.policy = policy;
        this.troubles = troubles;
    }

    /** Returns the partitions that have to begin anew, since their positions mean other records now, and where. */
    Map<Assigned, Long> pass(InvalidOffsetException failure, Partitions partitions) {
        Map<TopicPartition, Long> offsets = failure instanceof OffsetOutOfRangeException outOfRange
                ? outOfRange.offsetOutOfRangePartitions()
                : Map.of();
        Map<Assigned, Long> anew = new LinkedHashMap<>();
        offsets.forEach((partition, offset) -> {
            Assigned assigned = partitions.get(partition);
            if (assigned == null || !assigned.isLocated()) {
                return;
            }
            long first = positions.first(partition);
            if (offset < first) {
                passDeleted(assigned, offset, first);
            } else {
                passMissing(assigned, offset, failure instanceof LogTruncationException, first, anew);
            }
        });
        return anew;
    }

    private void passDeleted(Assigned assigned, long offset, long first) {
        LOG.error(
                "{} records of {}, offsets {} to {}, were deleted before group {} had read them: the topic's retention is shorter than"
                        + " the group was late. {}",
                first - offset,
                assigned.group(),
                offset,
                first - 1,
                group,
                whatFollows(first));
        if (policy == Policy.GO_ON) {
            consumer.seek(assigned.partition(), first);
            assigned.advance(first);
        } else {
            stop(assigned);
        }
    }

    /**
     * Where the log is another than the one that was read, it begins anew with the first record. The client's guess at where the two part may stand behind records of a topic that
     * was created anew, as the numbers of its leaders begin anew too, and nobody has read those (G2).
     */
    private void passMissing(Assigned assigned, long offset, boolean another, long first, Map<Assigned, Long> anew) {
        long end = positions.end(assigned.partition());
        if (!another && offset <= end) {
            consumer.seek(assigned.partition(), offset); // it was elsewhere only for a moment
            return;
        }
        LOG.error(
                "Group {} is at offset {} of {}, which has records from {} to {}: the topic was created anew, or a broker has lost"
                        + " records. {}",
                group,
                offset,
                assigned.group(),
                first,
                end - 1,
                whatFollows(first));
        if (policy == Policy.GO_ON) {
            anew.put(assigned, first);
        } else {
            stop(assigned);
        }
    }

    private void stop(Assigned assigned) {
        assigned.stop();
        troubles.are(
                Troubles.Kind.STOPPED,
                "records were gone, and so " + assigned.group() + " is not read any more; see the ERROR line about it");
    }

    private String whatFollows(long from) {
        return policy == Policy.GO_ON
                ? "It goes on at offset " + from
                : "The partition is not read any more, as chosen with stopWhenRecordsAreGone: stop the group's processes, set its position"
                        + " with kafka-consumer-groups --reset-offsets, and start them again";
    }
}
