package dev.outbox.kafka;

import dev.outbox.Message;
import dev.outbox.spi.Incoming;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * A partition as long as this process has it. Belongs to the loop's thread.
 *
 * <p><strong>What may be delivered.</strong> Records go to the consumer only below the offset up to which the broker has been told that they may be under way,
 * so that the next owner, after a crash of this process, can mark at least those. Each commit moves that limit on, by four times what was delivered since the one before,
 * and the next is due when half of that is used up, so that nothing has to wait for its answer.
 *
 * <p><strong>Tokens.</strong> The number of this assignment in the upper bits, that of the delivery in the lower ones: of two assignments of one partition none
 * can be taken for the other.
 */
final class Assigned {
    /** One unfinished delivery may be followed by so many; then the partition waits for it. */
    static final int LONGEST_SPAN = 100_000;

    private static final int NUMBER_BITS = 40;
    private static final long NUMBER_MASK = (1L << NUMBER_BITS) - 1;

    /** What is to be committed, and what is known when it has been. */
    record Commit(Assigned assigned, OffsetAndMetadata value, long openUpTo, long firstUnfinished) {}

    private final TopicPartition partition;
    private final String group;
    private final long number;
    private final int mostInAPoll;
    private final Progress progress = new Progress();
    private Mark mark = Mark.NONE;
    private boolean located;
    private boolean stopped;
    private long next;
    private long redeliveredBelow;
    private long openUpTo;
    private long halfUsedAt;
    private long committed = -1;
    private long nextAtLastCommit;
    private long durableBelow;
    private Optional<Integer> leaderEpoch = Optional.empty();

    Assigned(TopicPartition partition, long number, int mostInAPoll) {
        this.partition = partition;
        this.group = partition.toString();
        this.number = number;
        this.mostInAPoll = mostInAPoll;
    }

    TopicPartition partition() {
        return partition;
    }

    String group() {
        return group;
    }

    /** Begins at {@code position}, where the owner before has left {@code left}. */
    void locate(long position, Mark left) {
        located = true;
        mark = left;
        next = position;
        nextAtLastCommit = position;
        openUpTo = position;
        halfUsedAt = position;
        redeliveredBelow = left.openUpTo().orElse(position);
    }

    boolean isLocated() {
        return located;
    }

    /** Delivers nothing more. */
    void stop() {
        stopped = true;
    }

    /** Whether a poll may bring records of it. */
    boolean mayDeliver() {
        return located && !stopped && next + mostInAPoll <= openUpTo && !isHeldByOne();
    }

    /** Whether it waits for a delivery that takes very long. */
    boolean isHeldByOne() {
        return progress.span() + mostInAPoll > LONGEST_SPAN;
    }

    /** Whether the broker knows that the record at {@code offset} may be under way. Where records are missing, a poll brings some that are far ahead. */
    boolean isOpen(long offset) {
        return offset < openUpTo;
    }

    Incoming deliver(ConsumerRecord<byte[], byte[]> received, Message message) {
        long token = number << NUMBER_BITS | progress.add(received.offset());
        next = received.offset() + 1;
        leaderEpoch = received.leaderEpoch();
        Optional<Instant> appendedAt =
                received.timestamp() < 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(received.timestamp()));
        long offset = received.offset();
        return new Incoming(
                token, group, message, appendedAt, offset < redeliveredBelow, () -> group + " offset " + offset);
    }

    /** Everything below {@code position} was delivered or is nothing to deliver. */
    void advance(long position) {
        next = Math.max(next, position);
    }

    /** Takes note that a delivery is finished, if it is one of this assignment. */
    void finish(long token) {
        if (isMine(token)) {
            progress.finish(token & NUMBER_MASK);
        }
    }

    boolean isMine(long token) {
        return token >>> NUMBER_BITS == number;
    }

    /** Whether the broker will not deliver {@code token} again. */
    boolean isDurable(long token) {
        return (token & NUMBER_MASK) < durableBelow;
    }

    long position() {
        return progress.position(next);
    }

    long next() {
        return next;
    }

    int unfinished() {
        return progress.unfinished();
    }

    /** Whether the broker ought to learn something. */
    boolean isToCommit() {
        return isRunningOut() || (located && position() != committed);
    }

    /** Whether it soon may not deliver any more, until the broker has learned something. */
    boolean isRunningOut() {
        return located && !stopped && next + mostInAPoll > halfUsedAt;
    }

    /** Below the lowest unfinished delivery, with as much open as may be delivered until the next commit. */
    Commit openCommit() {
        long ahead = Math.max(2L * mostInAPoll, 4 * (next - nextAtLastCommit)) + mostInAPoll;
        nextAtLastCommit = next;
        long open = Math.max(openUpTo, next + ahead); // never less than before: up to there may be delivered
        return commit(mark.open(open), open);
    }

    /** The last one, before another process gets the partition. */
    Commit cleanCommit() {
        return commit(mark.clean(), openUpTo);
    }

    private Commit commit(Mark with, long open) {
        OffsetAndMetadata value = new OffsetAndMetadata(position(), leaderEpoch, with.text());
        return new Commit(this, value, open, progress.firstUnfinished());
    }

    /** The broker has taken {@code commit}. */
    void committed(Commit commit) {
        committed = commit.value().offset();
        openUpTo = Math.max(openUpTo, commit.openUpTo());
        halfUsedAt = openUpTo - (openUpTo - next) / 2;
        durableBelow = Math.max(durableBelow, commit.firstUnfinished());
    }
}
