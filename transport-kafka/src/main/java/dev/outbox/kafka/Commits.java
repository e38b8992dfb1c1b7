package dev.outbox.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.jspecify.annotations.Nullable;

/**
 * Tells the broker what is finished: one commit at a time is under way, ten times a second at most, and at once when a partition soon could deliver nothing.
 * Belongs to the loop's thread.
 */
final class Commits {
    private static final long INTERVAL_NANOS = Duration.ofMillis(100).toNanos();
    private static final long UNANSWERED_NANOS = Duration.ofMinutes(2).toNanos();

    private final Consumer<byte[], byte[]> consumer;
    private final Troubles troubles;
    private final Receipts receipts;
    private boolean underWay;
    private long attempt;
    private long lastNanos = System.nanoTime() - INTERVAL_NANOS;

    Commits(Consumer<byte[], byte[]> consumer, Troubles troubles, Receipts receipts) {
        this.consumer = consumer;
        this.troubles = troubles;
        this.receipts = receipts;
    }

    /** Begins a commit if one is due; what comes of it is known in a later poll. */
    void step(Collection<Assigned> partitions, long nowNanos) {
        if (underWay && nowNanos - lastNanos < UNANSWERED_NANOS) {
            return;
        }
        boolean isTime = nowNanos - lastNanos >= INTERVAL_NANOS;
        if (!isTime && !receipts.areWaiting() && partitions.stream().noneMatch(Assigned::isRunningOut)) {
            return;
        }
        List<Assigned.Commit> batch = partitions.stream()
                .filter(Assigned::isToCommit)
                .map(Assigned::openCommit)
                .toList();
        if (!batch.isEmpty()) {
            begin(batch, nowNanos);
        }
    }

    boolean isUnderWay() {
        return underWay;
    }

    /** Whether somebody waits to be told. */
    boolean isAwaited() {
        return receipts.areWaiting();
    }

    private void begin(List<Assigned.Commit> batch, long nowNanos) {
        underWay = true;
        lastNanos = nowNanos;
        long mine = ++attempt;
        consumer.commitAsync(values(batch), (ignored, failure) -> {
            if (mine == attempt) {
                underWay = false;
            }
            ended(batch, failure);
        });
    }

    private void ended(List<Assigned.Commit> batch, @Nullable Exception failure) {
        if (failure == null) {
            batch.forEach(commit -> commit.assigned().committed(commit));
            receipts.handOut();
            troubles.areOver(Troubles.Kind.COMMITTING);
        } else if (!isOfARebalance(failure)) {
            troubles.are(
                    Troubles.Kind.COMMITTING,
                    "positions cannot be committed: " + ReadFailures.advice(failure),
                    ReadFailures.detail(failure));
        }
    }

    /** One that the client will follow by another assignment. */
    private static boolean isOfARebalance(Exception failure) {
        return failure instanceof RebalanceInProgressException
                || failure instanceof CommitFailedException
                || failure.getCause() instanceof RebalanceInProgressException;
    }

    /** The last commit of {@code partitions}, waited for; says what went wrong. */
    Optional<KafkaException> finish(Collection<Assigned> partitions, Duration patience) {
        List<Assigned.Commit> batch = partitions.stream()
                .filter(Assigned::isLocated)
                .map(Assigned::cleanCommit)
                .toList();
        if (batch.isEmpty()) {
            return Optional.empty();
        }
        try {
            consumer.commitSync(values(batch), patience);
            ended(batch, null);
            return Optional.empty();
        } catch (KafkaException failure) {
            return Optional.of(failure);
        }
    }

    private static Map<TopicPartition, OffsetAndMetadata> values(List<Assigned.Commit> batch) {
        Map<TopicPartition, OffsetAndMetadata> values = new HashMap<>();
        batch.forEach(commit -> values.put(commit.assigned().partition(), commit.value()));
        return values;
    }
}
