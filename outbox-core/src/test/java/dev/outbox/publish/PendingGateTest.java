package dev.outbox.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outbox.Message;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PendingGateTest {
    private long pending;
    private long nanos;
    private long looks;

    private PendingGate gate(PendingLimit limit, Runnable whileWaiting) {
        return new PendingGate(
                limit,
                bound -> {
                    looks++;
                    return Math.min(pending, bound);
                },
                () -> nanos,
                wait -> {
                    nanos += wait;
                    whileWaiting.run();
                });
    }

    private static List<Message> messages(int count) {
        return java.util.stream.IntStream.range(0, count)
                .mapToObj(i -> Message.to("orders").text("x"))
                .toList();
    }

    @Test
    void letsThroughWhatHasRoomAndCountsItUntilItLooksAgain() {
        PendingGate gate = gate(PendingLimit.refuse(10), () -> {});
        assertThat(gate.admit(messages(6))).hasSize(6);
        assertThatThrownBy(() -> gate.admit(messages(5)))
                .isInstanceOf(OutboxFullException.class)
                .hasMessageContaining("limit is 10");
        assertThat(gate.admit(messages(4))).hasSize(4);
    }

    @Test
    void looksAgainWhenTheSampleIsOld() {
        PendingGate gate = gate(PendingLimit.refuse(10), () -> {});
        gate.admit(messages(10));
        nanos += Duration.ofSeconds(1).toNanos();
        assertThat(gate.admit(messages(10))).hasSize(10);
        assertThat(looks).isEqualTo(2);
    }

    @Test
    void blocksUntilThereIsRoom() {
        pending = 10;
        PendingGate gate = gate(PendingLimit.block(10, Duration.ofSeconds(1)), () -> pending--);
        assertThat(gate.admit(messages(3))).hasSize(3);
        assertThat(pending).isEqualTo(7);
    }

    @Test
    void refusesWhenNoRoomComesInTime() {
        pending = 10;
        PendingGate gate = gate(PendingLimit.block(10, Duration.ofSeconds(1)), () -> {});
        assertThatThrownBy(() -> gate.admit(messages(1))).isInstanceOf(OutboxFullException.class);
        assertThat(nanos).isEqualTo(Duration.ofSeconds(1).toNanos());
    }

    @Test
    void dropsOnlyWhatIsDroppableAndCountsIt() {
        pending = 9;
        PendingGate gate = gate(PendingLimit.drop(10), () -> {});
        Message droppable = Message.to("metrics").droppable().text("x");
        Message needed = Message.to("orders").text("x");
        assertThat(gate.admit(List.of(droppable, needed))).containsExactly(needed);
        assertThat(gate.dropped()).isEqualTo(1);
        assertThatThrownBy(() -> gate.admit(List.of(needed))).isInstanceOf(OutboxFullException.class);
    }

    @Test
    void limitsOutOfBoundsAreRefusedWithTheRule() {
        assertThatThrownBy(() -> PendingLimit.refuse(0)).hasMessage("max 0 pending messages must be 1 to 1000000000");
        assertThatThrownBy(() -> PendingLimit.block(1, Duration.ZERO)).hasMessageContaining("maxWait PT0S");
    }
}
