package dev.outbox.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ManualClockTest {
    private final ManualClock clock = new ManualClock(Instant.EPOCH);

    @Test
    void timeStandsStillUntilItIsMoved() {
        assertThat(clock.instant()).isEqualTo(Instant.EPOCH);
        assertThat(clock.nanoTime()).isZero();
        clock.advance(Duration.ofSeconds(2));
        clock.advanceNanos(3);
        assertThat(clock.instant()).isEqualTo(Instant.EPOCH.plusSeconds(2).plusNanos(3));
        assertThat(clock.getAsLong()).isEqualTo(2_000_000_003L);
    }

    @Test
    void theTimeOfDayJumpsAndTheMonotonicTimeDoesNot() {
        clock.advance(Duration.ofHours(2));
        clock.jump(Duration.ofHours(-1));
        assertThat(clock.instant()).isEqualTo(Instant.EPOCH.plusSeconds(3_600));
        assertThat(clock.nanoTime()).isEqualTo(Duration.ofHours(2).toNanos());
    }

    @Test
    void timeDoesNotRunBack() {
        assertThatThrownBy(() -> clock.advanceNanos(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1");
    }
}
