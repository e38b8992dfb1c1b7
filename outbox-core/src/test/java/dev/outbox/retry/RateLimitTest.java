package dev.outbox.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class RateLimitTest {

    private static final long SECOND = 1_000_000_000L;

    @Test
    void startsFullAndFillsWithTime() {
        RateLimit limit = RateLimit.perSecond(10);
        assertThat(limit.available(0)).isEqualTo(10);
        limit.take(10);

        assertThat(limit.available(0)).isZero();
        assertThat(limit.available(SECOND / 10 - 1)).isZero();
        assertThat(limit.available(SECOND / 10)).isEqualTo(1);
        assertThat(limit.available(SECOND / 2)).isEqualTo(5);
        assertThat(limit.available(3_600 * SECOND)).isEqualTo(10);
    }

    @Test
    void aBurstIsOneSecondsMessagesOrWhatIsGiven() {
        assertThat(RateLimit.perSecond(2.5).available(0)).isEqualTo(3);
        assertThat(RateLimit.perSecond(0.1).available(0)).isEqualTo(1);
        assertThat(RateLimit.perSecond(1_000, 5).available(0)).isEqualTo(5);
        assertThat(RateLimit.perSecond(1e9).available(0)).isEqualTo(1_000_000_000);
    }

    @Test
    void saysHowLongToWait() {
        RateLimit limit = RateLimit.perSecond(4, 1);
        assertThat(limit.nanosUntilAvailable(0)).isZero();
        limit.take(1);

        assertThat(limit.nanosUntilAvailable(0)).isEqualTo(SECOND / 4);
        assertThat(limit.nanosUntilAvailable(SECOND / 8)).isEqualTo(SECOND / 8);
        assertThat(limit.nanosUntilAvailable(SECOND / 4)).isZero();
    }

    @Test
    void waitingAsLongAsItSaysIsEnoughAndNeverMuchLessIsSentThanAllowed() {
        for (long seed = 0; seed < 200; seed++) {
            RandomGenerator random = new SplittableRandom(seed);
            double rate = Math.pow(10, random.nextDouble(-3, 6));
            RateLimit limit = RateLimit.perSecond(rate, 1);
            long now = random.nextLong();
            long start = now;
            int sent = 0;
            for (int step = 0; step < 500; step++) {
                now += limit.nanosUntilAvailable(now);
                // Rounding of the token may cost one more wait of a nanosecond, never a hot loop.
                now += limit.nanosUntilAvailable(now);
                assertThat(limit.available(now))
                        .as("seed %d, rate %s", seed, rate)
                        .isEqualTo(1);
                limit.take(1);
                sent++;
            }
            double allowed = 1 + rate * (now - start) / SECOND;
            assertThat((double) sent).as("seed %d, rate %s", seed, rate).isBetween(allowed * 0.99 - 1, allowed + 1e-6);
        }
    }

    @Test
    void neverLetsThroughMoreThanTheBurstAndTheRateOverAnyTime() {
        for (long seed = 0; seed < 300; seed++) {
            RandomGenerator random = new SplittableRandom(seed);
            double rate = Math.pow(10, random.nextDouble(-3, 9));
            int burst = random.nextInt(1, 10_000);
            RateLimit limit = RateLimit.perSecond(rate, burst);
            long now = random.nextLong();
            long start = now;
            long sent = 0;
            for (int step = 0; step < 1_000; step++) {
                now += (long) Math.pow(10, random.nextDouble(0, 11));
                int available = limit.available(now);
                assertThat(available).as("seed %d, step %d", seed, step).isBetween(0, burst);
                int taken = random.nextInt(available + 1);
                limit.take(taken);
                sent += taken;
                double allowed = burst + rate * (now - start) / SECOND;
                assertThat((double) sent).as("seed %d, step %d", seed, step).isLessThanOrEqualTo(allowed * (1 + 1e-9));
            }
        }
    }

    @Test
    void aClockThatRunsBackwardsAddsNothing() {
        RateLimit limit = RateLimit.perSecond(1, 1);
        assertThat(limit.available(10 * SECOND)).isEqualTo(1);
        limit.take(1);

        assertThat(limit.available(5 * SECOND)).isZero();
        assertThat(limit.available(10 * SECOND + SECOND / 2)).isZero();
        assertThat(limit.available(11 * SECOND)).isEqualTo(1);
    }

    @Test
    void aClockThatWrapsAroundGoesOn() {
        RateLimit limit = RateLimit.perSecond(1, 1);
        long start = Long.MAX_VALUE - SECOND / 2;
        assertThat(limit.available(start)).isEqualTo(1);
        limit.take(1);

        assertThat(limit.available(start + SECOND)).isEqualTo(1);
    }

    @Test
    void refusesTakingWhatIsNotThere() {
        RateLimit limit = RateLimit.perSecond(3);
        for (int bad : new int[] {4, -1}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> limit.take(bad))
                    .withMessage(bad + " messages taken; it must be from 0 to the 3 available");
        }
        limit.take(0);
        assertThat(limit.available(0)).isEqualTo(3);
    }

    @Test
    void refusesRatesAndBurstsOutOfBounds() {
        for (double bad : new double[] {0, -1, 0.0009, 1.1e9, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> RateLimit.perSecond(bad))
                    .withMessage("rate is " + bad + " a second; it must be from 0.001 to 1.0E9");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RateLimit.perSecond(1, 0))
                .withMessage("burst is 0; it must be at least 1 message");
        assertThat(RateLimit.perSecond(2, 7)).hasToString("RateLimit[2.0 a second, burst=7]");
    }
}
