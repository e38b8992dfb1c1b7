package dev.outbox.kafka;

import dev.outbox.kafka.Troubles.Kind;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * Asks the brokers, every ten seconds, whether topics are there of which this process has no partition: Kafka's consumer waits for a missing one without a word
 * to the application. Belongs to the loop's thread, and never waits.
 */
final class MissingTopics {
    private static final long BETWEEN_NANOS = Duration.ofSeconds(10).toNanos();
    private static final long FIRST_NANOS = Duration.ofSeconds(2).toNanos();

    private final Set<String> expected;
    private final Troubles troubles;
    private @Nullable Map<String, KafkaFuture<TopicDescription>> asked;
    private long notBeforeNanos = System.nanoTime() + FIRST_NANOS;

    MissingTopics(Set<String> expected, Troubles troubles) {
        this.expected = expected;
        this.troubles = troubles;
    }

    void step(Collection<Assigned> partitions, Supplier<Admin> admin, long nowNanos) {
        read();
        if (asked == null && nowNanos - notBeforeNanos >= 0) {
            notBeforeNanos = nowNanos + BETWEEN_NANOS;
            Set<String> unseen = new TreeSet<>(expected);
            partitions.forEach(one -> unseen.remove(one.partition().topic()));
            if (unseen.isEmpty()) {
                troubles.areOver(Kind.TOPICS);
            } else {
                asked = admin.get().describeTopics(unseen).topicNameValues();
            }
        }
    }

    private void read() {
        Map<String, KafkaFuture<TopicDescription>> coming = asked;
        if (coming == null || !coming.values().stream().allMatch(KafkaFuture::isDone)) {
            return;
        }
        asked = null;
        Set<String> missing = new TreeSet<>();
        coming.forEach((topic, answer) -> {
            if (isMissing(answer)) {
                missing.add(topic);
            }
        });
        if (missing.isEmpty()) {
            troubles.areOver(Kind.TOPICS);
        } else {
            troubles.are(
                    Kind.TOPICS,
                    "topics do not exist: " + String.join(", ", missing)
                            + ": create them, or correct their names; they are read as soon as they are there");
        }
    }

    private static boolean isMissing(KafkaFuture<TopicDescription> answer) {
        try {
            answer.get();
            return false;
        } catch (ExecutionException failure) {
            return failure.getCause() instanceof UnknownTopicOrPartitionException;
        } catch (InterruptedException neverOnADaemonOfOurs) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
