package dev.outbox.relay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DueTimerTest {
    private final DueTimer timer = new DueTimer();

    @ParameterizedTest
    @ValueSource(longs = {0, Long.MIN_VALUE, -1, Long.MAX_VALUE - 3})
    void itIsDueWhenItsTimeHasComeWhereverTheClockStarts(long start) {
        timer.clear();
        timer.wakeIn(10, start);

        assertThat(timer.isDue(start)).isFalse();
        assertThat(timer.nanosUntilDue(start)).isEqualTo(10);
        assertThat(timer.isDue(start + 10)).isTrue();
        assertThat(timer.nanosUntilDue(start + 20)).isZero();
    }

    @Test
    void theEarliestTimeCounts() {
        timer.clear();
        timer.wakeIn(10, 0);
        timer.wakeIn(5, 0);
        timer.wakeIn(20, 0);

        assertThat(timer.nanosUntilDue(0)).isEqualTo(5);
    }

    @Test
    void onceLookedAtItIsNotDueUntilItIsSetAgain() {
        timer.clear();

        assertThat(timer.isDue(Long.MAX_VALUE)).isFalse();
        assertThat(timer.nanosUntilDue(0)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aDelayForEverDoesNotOverflow() {
        timer.clear();
        timer.wakeIn(Long.MAX_VALUE, Long.MAX_VALUE - 1);

        assertThat(timer.isDue(Long.MAX_VALUE - 1)).isFalse();
        assertThat(timer.nanosUntilDue(Long.MAX_VALUE - 1)).isPositive();
    }

    @Test
    void aNegativeDelayIsNow() {
        timer.clear();
        timer.wakeIn(-5, 7);

        assertThat(timer.isDue(7)).isTrue();
    }
}
