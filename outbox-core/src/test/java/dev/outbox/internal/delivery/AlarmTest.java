package dev.outbox.internal.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AlarmTest {
    private final Alarm alarm = new Alarm();

    @Test
    void withoutATimeItIsNeverDue() {
        assertThat(alarm.isDue(Long.MAX_VALUE)).isFalse();
        assertThat(alarm.remainingNanos(0)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void itIsDueFromItsTimeOn() {
        alarm.setAt(10);
        assertThat(alarm.isDue(9)).isFalse();
        assertThat(alarm.remainingNanos(9)).isEqualTo(1);
        assertThat(alarm.isDue(10)).isTrue();
        assertThat(alarm.remainingNanos(12)).isZero();
    }

    @Test
    void anEarlierTimeReplacesALaterOneAndNotTheOtherWayRound() {
        alarm.setNoLaterThan(10);
        alarm.setNoLaterThan(20);
        assertThat(alarm.remainingNanos(0)).isEqualTo(10);
        alarm.setNoLaterThan(5);
        assertThat(alarm.remainingNanos(0)).isEqualTo(5);
    }

    @Test
    void aClockThatWrapsAroundDoesNotHurt() {
        alarm.setAt(Long.MAX_VALUE - 1);
        alarm.setNoLaterThan(Long.MIN_VALUE + 10);
        assertThat(alarm.isDue(Long.MIN_VALUE)).isTrue();
        alarm.setAt(Long.MIN_VALUE + 10);
        assertThat(alarm.isDue(Long.MAX_VALUE)).isFalse();
        assertThat(alarm.remainingNanos(Long.MAX_VALUE)).isEqualTo(11);
    }
}
