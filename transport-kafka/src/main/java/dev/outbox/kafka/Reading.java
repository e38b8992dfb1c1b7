package dev.outbox.kafka;

import dev.outbox.spi.FailureText;
import dev.outbox.spi.Incoming;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads with one Kafka consumer, for as long as that is of use. Belongs to the loop's thread, which is the only one that talks to the consumer.
 *
 * <p><strong>Never late.</strong> The thread polls again at once, whatever handlers do; what may not be delivered is paused. So {@code max.poll.interval.ms} is
 * used up by one thing only: handlers that run while their partition is to go to another process, and for these there is at most half of it.
 *
 * <p><strong>Where a partition begins.</strong> One that was just assigned is paused at an arbitrary position, until its own is known and the broker has been told
 * that its records may be under way.
 */
final class Reading implements ConsumerRebalanceListener {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaSource.class);
    private static final Duration WHILE_IDLE = Duration.ofMillis(100);
    private static final Duration WHILE_BUSY = Duration.ofMillis(5);
    private static final Duration WHILE_COMMITTING = Duration.ofMillis(1);
    private static final long BRIEFLY_NANOS = Duration.ofMillis(10).toNanos();
    private static final Duration LAST_COMMIT = Duration.ofSeconds(2);

    private final Consumer<byte[], byte[]> consumer;
    private final SourceParts parts;
    private final Mail mail;
    private final Partitions partitions;
    private final Commits commits;
    private final Positions positions;
    private final Gaps gaps;
    private final Watch watch;
    private long wantedNanos = System.nanoTime();

    Reading(Consumer<byte[], byte[]> consumer, SourceParts parts, Mail mail) {
        this.consumer = consumer;
        this.parts = parts;
        this.mail = mail;
        Receipts receipts = new Receipts();
        this.partitions =
                new Partitions(receipts, parts.assignments(), parts.settings().mostInAPoll());
        this.commits = new Commits(consumer, parts.troubles(), receipts);
        this.positions = new Positions(consumer, parts.settings().group(), parts.start(), parts.clock());
        this.gaps = new Gaps(consumer, positions, parts.settings().group(), parts.gapPolicy(), parts.troubles());
        this.watch = new Watch(parts, consumer);
        parts.topics().subscribe(consumer, this);
    }

    /** One turn: takes note of what is finished, commits, and delivers what a poll brings. Whether it was of any use to poll. */
    boolean turn() {
        takeMail();
        locate();
        long now = System.nanoTime();
        commits.step(partitions.all(), now);
        watch.step(partitions.all(), now);
        if (isPausedBriefly(now)) {
            return false;
        }
        boolean any = allow();
        try {
            deliver(consumer.poll(any ? patience() : Duration.ZERO));
        } catch (InvalidOffsetException gone) {
            gaps.pass(gone, partitions).forEach(this::beginAnew);
        }
        return any;
    }

    boolean hasPartitions() {
        return !partitions.all().isEmpty();
    }

    /** Who pauses here and there gets what was fetched meanwhile at once: a partition that is paused is not fetched. */
    private boolean isPausedBriefly(long now) {
        if (!mail.isPaused()) {
            wantedNanos = now;
        }
        return mail.isPaused() && !commits.isAwaited() && now - wantedNanos < BRIEFLY_NANOS;
    }

    /** The end of a commit is seen in a poll, and does not end it. */
    private Duration patience() {
        if (commits.isUnderWay()) {
            return WHILE_COMMITTING;
        }
        boolean busy = partitions.all().stream().anyMatch(one -> one.unfinished() > 0 || one.isToCommit());
        return busy ? WHILE_BUSY : WHILE_IDLE;
    }

    private void takeMail() {
        for (Finished finished = mail.next(); finished != null; finished = mail.next()) {
            partitions.finish(finished);
        }
    }

    private void locate() {
        long now = System.nanoTime();
        List<Assigned> lost = partitions.all().stream()
                .filter(one -> !one.isLocated())
                .filter(one -> parts.destinations().find(one.partition().topic(), now))
                .toList();
        if (!lost.isEmpty()) {
            positions.locate(lost);
        }
    }

    /** Pauses what may not be delivered now and lets the rest go on; whether there is a rest, or nothing at all. */
    private boolean allow() {
        Set<TopicPartition> paused = consumer.paused();
        List<TopicPartition> toPause = new ArrayList<>();
        List<TopicPartition> toResume = new ArrayList<>();
        boolean wanted = !mail.isPaused();
        boolean any = partitions.all().isEmpty();
        sayWhatHolds();
        for (Assigned one : partitions.all()) {
            boolean may = wanted && one.mayDeliver();
            any |= may || (wanted && one.isRunningOut());
            if (may == paused.contains(one.partition())) {
                (may ? toResume : toPause).add(one.partition());
            }
        }
        if (!toPause.isEmpty()) {
            consumer.pause(toPause);
        }
        if (!toResume.isEmpty()) {
            consumer.resume(toResume);
        }
        return any;
    }

    private void sayWhatHolds() {
        List<String> held = partitions.all().stream()
                .filter(Assigned::isHeldByOne)
                .map(Assigned::group)
                .toList();
        if (held.isEmpty()) {
            parts.troubles().areOver(Troubles.Kind.SLOW);
        } else {
            parts.troubles()
                    .are(
                            Troubles.Kind.SLOW,
                            "deliveries that take very long hold up their partitions, which have delivered "
                                    + Assigned.LONGEST_SPAN + " since: " + held);
        }
    }

    private void deliver(ConsumerRecords<byte[], byte[]> records) {
        List<Incoming> batch = new ArrayList<>(records.count());
        Set<TopicPartition> cut = new HashSet<>();
        for (TopicPartition partition : records.partitions()) {
            Assigned assigned = partitions.get(partition);
            if (assigned != null && !deliver(assigned, records.records(partition), batch)) {
                cut.add(partition);
            }
        }
        records.nextOffsets().forEach((partition, next) -> {
            Assigned assigned = partitions.get(partition);
            if (assigned != null && !cut.contains(partition)) {
                assigned.advance(next.offset());
            }
        });
        if (!batch.isEmpty()) {
            parts.sink().deliver(batch);
        }
    }

    /** Whether all of them may be delivered: where compaction or aborted transactions left gaps, they reach beyond what is open, and the rest comes again when that is. */
    private boolean deliver(Assigned assigned, List<ConsumerRecord<byte[], byte[]>> records, List<Incoming> batch) {
        for (ConsumerRecord<byte[], byte[]> received : records) {
            if (!assigned.isOpen(received.offset())) {
                assigned.advance(received.offset());
                consumer.seek(assigned.partition(), received.offset());
                return false;
            }
            batch.add(assigned.deliver(received, parts.message(received)));
        }
        return true;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
        assigned.forEach(this::begin);
        parts.lag().assigned();
    }

    /** Anywhere, but paused: without a position the consumer would look for one itself, and fail. */
    private void begin(TopicPartition partition) {
        partitions.add(partition);
        consumer.pause(List.of(partition));
        consumer.seek(partition, 0);
    }

    private void beginAnew(Assigned old, long position) {
        lose(List.of(old));
        Assigned anew = partitions.add(old.partition());
        anew.locate(position, Mark.NONE);
        consumer.seek(old.partition(), position);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
        List<Assigned> going = partitions.of(revoked);
        if (going.isEmpty()) {
            return;
        }
        drain(going);
        takeMail();
        commits.finish(going, LAST_COMMIT)
                .ifPresent(failure -> LOG.warn(
                        "{}: the last positions of {} were not committed, what was handled since is delivered again: {}",
                        parts.name(),
                        groups(going),
                        FailureText.of(failure)));
        lose(going);
        if (!hasPartitions()) {
            parts.lag().unassigned();
        }
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> lost) {
        parts.lag().unassigned();
        List<Assigned> gone = partitions.of(lost);
        if (!gone.isEmpty()) {
            LOG.warn(
                    "{}: {} went to another process without a word, as if this one had died: what was under way is delivered"
                            + " again there",
                    parts.name(),
                    groups(gone));
            lose(gone);
        }
    }

    /** What runs may end, for as long as the group waits. */
    private void drain(List<Assigned> going) {
        CompletableFuture<Void> drained = parts.sink().revoke(groups(going)).toCompletableFuture();
        try {
            drained.get(parts.drainTimeout().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException slow) {
            LOG.warn(
                    "{}: handlers of {} have not ended within {} of the rebalance; what they handle is delivered again elsewhere",
                    parts.name(),
                    groups(going),
                    parts.drainTimeout());
        } catch (InterruptedException stray) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException neverSo) {
            throw new IllegalStateException(neverSo);
        }
    }

    private void lose(Collection<Assigned> gone) {
        parts.sink().lost(groups(gone));
        List.copyOf(gone).forEach(partitions::remove);
    }

    private static List<String> groups(Collection<Assigned> partitions) {
        return partitions.stream().map(Assigned::group).toList();
    }

    /** Commits what is finished and leaves the group. */
    void close(Duration patience) {
        takeMail();
        boolean inTime = commits.finish(partitions.all(), LAST_COMMIT).isEmpty();
        end(inTime ? patience : Duration.ZERO);
    }

    /** Leaves everything as it is: the consumer is of no use any more. */
    void abandon() {
        end(Duration.ofSeconds(1));
    }

    private void end(Duration patience) {
        parts.lag().unassigned();
        if (!partitions.all().isEmpty()) {
            lose(partitions.all());
        }
        watch.close();
        try {
            consumer.close(CloseOptions.timeout(patience));
        } catch (KafkaException e) {
            LOG.debug("{}: the consumer did not close in good order: {}", parts.name(), FailureText.of(e));
        }
    }
}
