package dev.outbox.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.Message;
import dev.outbox.spi.Incoming;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class AssignedTest {
    private static final TopicPartition PARTITION = new TopicPartition("orders", 3);
    private static final int MOST = 10;

    private final Assigned assigned = new Assigned(PARTITION, 7, MOST);

    @Test
    void nothingMayBeDeliveredBeforeTheBrokerKnowsThatItMayBeUnderWay() {
        assertThat(assigned.mayDeliver()).isFalse();
        assigned.locate(100, Mark.NONE);
        assertThat(assigned.mayDeliver()).isFalse();
        Assigned.Commit opening = assigned.openCommit();
        assertThat(opening.value().offset()).isEqualTo(100);
        assertThat(assigned.mayDeliver()).isFalse();
        assigned.committed(opening);
        assertThat(assigned.mayDeliver()).isTrue();
    }

    @Test
    void whatIsDeliveredIsAlwaysBelowWhatTheBrokerKnowsToBeOpen() {
        begin(0, Mark.NONE);
        long open = 3L * MOST;
        long offset = 0;
        for (int round = 0; round < 20 && offset < 10_000; round++) {
            while (assigned.mayDeliver()) {
                for (int i = 0; i < MOST; i++) {
                    assigned.finish(deliver(offset++).token());
                }
                assertThat(offset).isLessThanOrEqualTo(open);
            }
            assertThat(assigned.isToCommit()).isTrue();
            Assigned.Commit commit = assigned.openCommit();
            open = Mark.parse(commit.value().metadata()).openUpTo().orElseThrow();
            assigned.committed(commit);
        }
        assertThat(offset)
                .as("the limit moves on the faster, the more is delivered")
                .isGreaterThan(10_000);
    }

    @Test
    void theNextLimitIsAskedForWhileHalfOfTheLastIsLeft() {
        begin(0, Mark.NONE);
        for (int offset = 0; offset < 3 * MOST / 2; offset++) {
            assertThat(assigned.isRunningOut()).as("at offset %d", offset).isEqualTo(offset > MOST / 2);
            deliver(offset);
        }
        assertThat(assigned.mayDeliver()).isTrue();
        Assigned.Commit next = assigned.openCommit();
        assigned.committed(next);
        assertThat(next.openUpTo()).isEqualTo(3 * MOST / 2 + 4 * (3 * MOST / 2) + MOST);
        assertThat(assigned.isRunningOut()).isFalse();
    }

    @Test
    void aRecordFarAheadIsNotDeliveredBeforeTheBrokerKnowsThatItMayBeUnderWay() {
        begin(0, Mark.NONE);
        assertThat(assigned.mayDeliver()).isTrue();
        deliver(0);
        assertThat(assigned.isOpen(1_000_000)).isFalse();

        assigned.advance(1_000_000);
        assertThat(assigned.mayDeliver()).isFalse();
        assertThat(assigned.isRunningOut()).isTrue();
        Assigned.Commit commit = assigned.openCommit();
        assertThat(Mark.parse(commit.value().metadata()).openUpTo().orElseThrow())
                .isGreaterThan(1_000_000);
        assertThat(assigned.isOpen(1_000_000)).isFalse();
        assigned.committed(commit);
        assertThat(assigned.isOpen(1_000_000)).isTrue();
        assertThat(assigned.mayDeliver()).isTrue();
    }

    @Test
    void whatTheBrokerKnowsToBeOpenIsNeverLessThanBeforeSinceUpToThereMayBeDelivered() {
        begin(0, Mark.NONE);
        assigned.advance(100_000);
        Assigned.Commit far = assigned.openCommit();
        assigned.committed(far);
        assertThat(assigned.isOpen(far.openUpTo() - 1)).isTrue();

        Assigned.Commit next = assigned.openCommit();
        assertThat(Mark.parse(next.value().metadata()).openUpTo().orElseThrow()).isEqualTo(far.openUpTo());
    }

    @Test
    void g8_whatMayHaveBeenUnderWayBeforeIsMarkedAndNothingElse() {
        begin(100, Mark.NONE.open(102));
        assertThat(List.of(deliver(100), deliver(101), deliver(102)))
                .extracting(Incoming::redelivered)
                .containsExactly(true, true, false);
    }

    @Test
    void g2_aCommitIsBelowTheLowestUnfinishedDelivery() {
        begin(0, Mark.NONE);
        List<Incoming> got = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            got.add(deliver(i));
        }
        assigned.finish(got.get(0).token());
        assigned.finish(got.get(4).token());
        Assigned.Commit commit = assigned.openCommit();
        assertThat(commit.value().offset()).isEqualTo(1);
        assigned.committed(commit);
        assertThat(assigned.isDurable(got.get(0).token())).isTrue();
        assertThat(assigned.isDurable(got.get(4).token())).isFalse();
    }

    @Test
    void aCommitThatIsAnsweredLateMakesNothingDurableThatWasFinishedSince() {
        begin(0, Mark.NONE);
        Incoming first = deliver(0);
        Assigned.Commit commit = assigned.openCommit();
        assigned.finish(first.token());
        assigned.committed(commit);
        assertThat(assigned.isDurable(first.token())).isFalse();
        assertThat(assigned.isToCommit()).isTrue();
    }

    @Test
    void aPersonFindsADeliveryByPartitionAndOffset() {
        begin(40, Mark.NONE);
        assertThat(deliver(42).coordinates().get()).isEqualTo("orders-3 offset 42");
    }

    @Test
    void theTokenOfAnotherAssignmentIsNotMine() {
        begin(0, Mark.NONE);
        Incoming mine = deliver(0);
        Assigned other = new Assigned(PARTITION, 8, MOST);
        other.locate(0, Mark.NONE);
        assertThat(other.isMine(mine.token())).isFalse();
        other.finish(mine.token());
        assertThat(assigned.isMine(mine.token())).isTrue();
    }

    @Test
    void afterAnOrderlyEndNothingIsOpenAndTheBeginningOfTheGroupIsKept() {
        Mark since = new Mark(OptionalLong.empty(), OptionalLong.of(5));
        begin(0, since.open(50));
        deliver(0);
        assertThat(Mark.parse(assigned.cleanCommit().value().metadata())).isEqualTo(since);
    }

    @Test
    void g12_oneDeliveryThatDoesNotEndHoldsItsPartitionInTheEnd() {
        begin(0, Mark.NONE);
        for (int i = 0; i < Assigned.LONGEST_SPAN; i++) {
            deliver(i);
            assigned.committed(assigned.openCommit());
        }
        assertThat(assigned.isHeldByOne()).isTrue();
        assertThat(assigned.mayDeliver()).isFalse();
    }

    private void begin(long position, Mark mark) {
        assigned.locate(position, mark);
        assigned.committed(assigned.openCommit());
    }

    private Incoming deliver(long offset) {
        return assigned.deliver(
                new ConsumerRecord<>(PARTITION.topic(), PARTITION.partition(), offset, new byte[0], new byte[0]),
                Message.to("orders").text("x"));
    }
}
