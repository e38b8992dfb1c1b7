package dev.outbox.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outbox.Message;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PressureGateTest {
    private static final Message PLAIN = Message.to("orders").text("x");
    private static final Message DROPPABLE = Message.to("orders").droppable().text("x");

    private boolean high;
    private long nanos;
    private int waits;
    private final Pressure pressure = () -> high ? Optional.of("payment has 12 to go") : Optional.empty();

    private PressureGate gate(PressureLimit limit, int waitsUntilItGoes) {
        return new PressureGate(limit, () -> nanos, wait -> {
            nanos += wait;
            high = ++waits < waitsUntilItGoes;
        });
    }

    @Test
    void withoutPressureEverythingGoesThrough() {
        assertThat(gate(PressureLimit.refuse(pressure), 1).admit(List.of(PLAIN)))
                .containsExactly(PLAIN);
    }

    @Test
    void itBlocksUntilThePressureHasGone() {
        high = true;
        PressureGate gate = gate(PressureLimit.block(pressure, Duration.ofSeconds(1)), 5);
        assertThat(gate.admit(List.of(PLAIN))).containsExactly(PLAIN);
        assertThat(waits).isEqualTo(5);
    }

    @Test
    void itBlocksNoLongerThanItMayAndThenSaysWhy() {
        high = true;
        PressureGate gate = gate(PressureLimit.block(pressure, Duration.ofMillis(50)), 1_000);
        assertThatThrownBy(() -> gate.admit(List.of(PLAIN)))
                .isInstanceOf(OutboxFullException.class)
                .hasMessageContaining("payment has 12 to go");
        assertThat(nanos).isEqualTo(Duration.ofMillis(50).toNanos());
    }

    @Test
    void anInterruptEndsTheWait() {
        high = true;
        PressureGate gate = gate(PressureLimit.block(pressure, Duration.ofHours(1)), 1_000);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> gate.admit(List.of(PLAIN))).isInstanceOf(OutboxFullException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(waits).isZero();
    }

    @Test
    void itDropsWhatIsDroppableAndRefusesTheRest() {
        high = true;
        PressureGate gate = gate(PressureLimit.drop(pressure), 1);
        assertThat(gate.admit(List.of(DROPPABLE, DROPPABLE))).isEmpty();
        assertThatThrownBy(() -> gate.admit(List.of(DROPPABLE, PLAIN))).isInstanceOf(OutboxFullException.class);
        assertThat(gate.dropped()).isEqualTo(2);
    }

    @Test
    void onePressureOfTwoIsEnough() {
        Pressure other = () -> Optional.of("shipping is slow");
        assertThat(pressure.or(other).reason()).contains("shipping is slow");
        high = true;
        assertThat(pressure.or(other).reason()).contains("payment has 12 to go");
        assertThat(pressure.or(Optional::empty).reason()).contains("payment has 12 to go");
    }

    @Test
    void oneThatThrowsIsTakenForNone() {
        Pressure throwing = () -> {
            throw new IllegalStateException("its own mistake");
        };
        assertThat(gate(PressureLimit.refuse(throwing), 1).admit(List.of(PLAIN)))
                .containsExactly(PLAIN);
    }

    @Test
    void boundsAreNamed() {
        assertThatThrownBy(() -> PressureLimit.block(pressure, Duration.ZERO)).hasMessageContaining("PT0S");
    }
}
