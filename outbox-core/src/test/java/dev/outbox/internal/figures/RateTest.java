package dev.outbox.internal.figures;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RateTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    @ParameterizedTest
    @ValueSource(longs = {0, 1_000, -100, Long.MAX_VALUE / 1_000_000_000 - 100, Long.MIN_VALUE / 1_000_000_000 + 1})
    void itIsTheMeanOfTheLastTenWholeSeconds(long startSecond) {
        Rate rate = new Rate();
        for (int second = 0; second < 30; second++) {
            for (int event = 0; event < second; event++) {
                rate.record((startSecond + second) * SECOND + event);
            }
        }
        assertThat(rate.perSecond((startSecond + 29) * SECOND + 500)).isEqualTo((19 + 28) / 2.0);
    }

    @Test
    void theSecondThatIsNotOverDoesNotCount() {
        Rate rate = new Rate();
        rate.record(5 * SECOND);
        assertThat(rate.perSecond(5 * SECOND + 999)).isZero();
        assertThat(rate.perSecond(6 * SECOND)).isEqualTo(0.1);
    }

    @Test
    void whatIsOverTenSecondsAgoIsForgottenWithoutFurtherEvents() {
        Rate rate = new Rate();
        rate.record(5 * SECOND);
        assertThat(rate.perSecond(15 * SECOND)).isEqualTo(0.1);
        assertThat(rate.perSecond(16 * SECOND)).isZero();
        assertThat(rate.perSecond(1_000_000 * SECOND)).isZero();
    }

    @Test
    void nothingCountsNothing() {
        for (long second = -20; second <= 20; second++) {
            assertThat(new Rate().perSecond(second * SECOND)).isZero();
        }
    }
}
