package dev.outbox.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.rabbitmq.Unacknowledged.Ack;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class UnacknowledgedTest {
    @Test
    void whatIsContiguousIsAcknowledgedAtOnceAndTheRestOneByOne() {
        Unacknowledged unacknowledged = new Unacknowledged();
        for (long tag = 1; tag <= 8; tag++) {
            unacknowledged.add(100 + tag, tag);
        }
        assertThat(unacknowledged.finish(List.of(103L, 101L, 102L, 105L, 108L)))
                .containsExactly(new Ack(3, true), new Ack(5, false), new Ack(8, false));
        assertThat(unacknowledged.finish(List.of(101L, 999L))).isEmpty();
        assertThat(unacknowledged.has(List.of(104L, 106L))).isTrue();
        assertThat(unacknowledged.has(List.of(104L, 105L))).isFalse();
        assertThat(unacknowledged.finish(List.of(104L))).containsExactly(new Ack(4, true));
        assertThat(unacknowledged.finish(List.of(106L, 107L))).containsExactly(new Ack(7, true));
        assertThat(unacknowledged.size()).isZero();
    }

    @Test
    void whatIsFinishedByItselfIsInNoOtherAcknowledgement() {
        Unacknowledged unacknowledged = new Unacknowledged();
        for (long tag = 1; tag <= 4; tag++) {
            unacknowledged.add(100 + tag, tag);
        }
        assertThat(unacknowledged.finishEach(List.of(102L, 999L))).containsExactly(new Ack(2, false));
        assertThat(unacknowledged.finishEach(List.of(102L))).isEmpty();
        assertThat(unacknowledged.finish(List.of(101L, 102L, 103L))).containsExactly(new Ack(3, true));
        assertThat(unacknowledged.size()).isEqualTo(1);
    }

    /** Against a broker that knows nothing but which deliveries it has not been told of. */
    @Test
    void g2_noAcknowledgementCoversAnUnfinishedDelivery() {
        for (long seed = 0; seed < 300; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Unacknowledged unacknowledged = new Unacknowledged();
            TreeSet<Long> broker = new TreeSet<>();
            Set<Long> unfinished = new TreeSet<>();
            long tag = 0;
            for (int step = 0; step < 100; step++) {
                for (int i = random.nextInt(4); i > 0; i--) {
                    unacknowledged.add(++tag, tag);
                    broker.add(tag);
                    unfinished.add(tag);
                }
                List<Long> finished = new ArrayList<>();
                for (Long one : unfinished) {
                    if (random.nextInt(3) == 0) {
                        finished.add(one);
                    }
                }
                finished.forEach(unfinished::remove);
                for (Ack ack : unacknowledged.finish(finished)) {
                    assertThat(broker).as("seed %s", seed).contains(ack.tag());
                    if (ack.multiple()) {
                        broker.headSet(ack.tag(), true).clear();
                    } else {
                        broker.remove(ack.tag());
                    }
                }
                assertThat(broker).as("seed %s", seed).containsExactlyElementsOf(unfinished);
            }
        }
    }
}
