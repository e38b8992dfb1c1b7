package dev.outbox.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WalkCostTest {
    private static final long MILLI = Duration.ofMillis(1).toNanos();

    private final WalkCost cost = new WalkCost();

    private long after(int reads, int rows, long nanos) {
        for (int i = 0; i < reads; i++) {
            cost.after(rows, 0, nanos);
        }
        return cost.nanos();
    }

    @Test
    void readsThatAreQuickWalkOverNothing() {
        assertThat(after(20, 0, 5 * MILLI)).isZero();
    }

    @Test
    void readsThatBringWhatTheyTakeTheirTimeForWalkOverNothing() {
        assertThat(after(20, 2_500, 50 * MILLI)).isZero();
    }

    @Test
    void whatIsHeldIsLookedAtAgainForAQuarter() {
        for (int i = 0; i < 20; i++) {
            cost.after(0, 10_000, 55 * MILLI);
            assertThat(cost.nanos()).isZero();
        }
    }

    @Test
    void readsThatAreAllSlowAndBringLittleHaveWalked() {
        assertThat(after(7, 100, 27 * MILLI)).as("too few to know").isZero();
        assertThat(after(1, 100, 27 * MILLI)).isEqualTo(27 * MILLI);
    }

    @Test
    void ofReadsThatWalkForLessThanHalfOfTheirTimeAPartCounts() {
        assertThat(after(8, 100, 8 * MILLI)).isEqualTo(2 * MILLI);
    }

    @Test
    void oneQuickReadSaysThatTheMachineWasBusy() {
        after(20, 0, 30 * MILLI);
        assertThat(after(1, 0, 2 * MILLI)).isZero();
        assertThat(after(7, 0, 30 * MILLI)).isZero();
        assertThat(after(1, 0, 30 * MILLI)).isEqualTo(30 * MILLI);
    }
}
