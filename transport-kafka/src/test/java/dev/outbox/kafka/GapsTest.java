package dev.outbox.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A position at which there is no record: what is read next, so that nothing is passed over that nobody has read (G2). */
class GapsTest {
    private static final TopicPartition PARTITION = new TopicPartition("orders", 0);
    private static final long POSITION = 10;

    private final MockConsumer<byte[], byte[]> kafka = new MockConsumer<>("none");
    private final Partitions partitions = new Partitions(new Receipts(), () -> 1, 10);
    private final Assigned assigned = partitions.add(PARTITION);
    private final Troubles troubles = new Troubles("a source");

    @BeforeEach
    void assign() {
        kafka.assign(List.of(PARTITION));
        kafka.seek(PARTITION, POSITION);
        assigned.locate(POSITION, Mark.NONE);
    }

    private Map<Assigned, Long> pass(long first, long end, InvalidOffsetException failure, Gaps.Policy policy) {
        kafka.updateBeginningOffsets(Map.of(PARTITION, first));
        kafka.updateEndOffsets(Map.of(PARTITION, end));
        Positions positions = new Positions(kafka, "payment", new Start.Earliest(), InstantSource.system());
        return new Gaps(kafka, positions, "payment", policy, troubles).pass(failure, partitions);
    }

    private static OffsetOutOfRangeException outOfRange() {
        return new OffsetOutOfRangeException(Map.of(PARTITION, POSITION));
    }

    /** The client believes that what stands before {@code parting} is what was read. */
    private static LogTruncationException truncation(long parting) {
        OffsetAndMetadata divergent = new OffsetAndMetadata(parting, Optional.of(0), "");
        return new LogTruncationException("truncated", Map.of(PARTITION, POSITION), Map.of(PARTITION, divergent));
    }

    @Test
    void g2_aTopicThatWasCreatedAnewIsReadFromItsBeginning() {
        assertThat(pass(0, 2, outOfRange(), Gaps.Policy.GO_ON)).containsExactly(Map.entry(assigned, 0L));
    }

    @Test
    void g2_itIsAlsoWhereTheClientTakesItForALogThatWasCutOff() {
        assertThat(pass(0, 2, truncation(2), Gaps.Policy.GO_ON)).containsExactly(Map.entry(assigned, 0L));
    }

    @Test
    void g2_itIsAlsoWhenItHasGrownBeyondThePosition() {
        assertThat(pass(0, 50, truncation(7), Gaps.Policy.GO_ON)).containsExactly(Map.entry(assigned, 0L));
    }

    @Test
    void aPositionThatIsThereAfterAllIsKept() {
        assertThat(pass(0, 50, outOfRange(), Gaps.Policy.GO_ON)).isEmpty();
        assertThat(kafka.position(PARTITION)).isEqualTo(POSITION);
    }

    @Test
    void whatRetentionHasDeletedIsPassedOver() {
        assertThat(pass(40, 50, outOfRange(), Gaps.Policy.GO_ON)).isEmpty();
        assertThat(kafka.position(PARTITION)).isEqualTo(40);
    }

    @Test
    void whoWantsToDecideIsNotReadOn() {
        assertThat(pass(0, 2, truncation(2), Gaps.Policy.STOP)).isEmpty();
        assertThat(kafka.position(PARTITION)).isEqualTo(POSITION);
        assertThat(troubles.all()).singleElement().asString().contains("orders-0 is not read any more");
    }
}
