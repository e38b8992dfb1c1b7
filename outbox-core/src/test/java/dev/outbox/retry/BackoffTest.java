package dev.outbox.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BackoffTest {

    private static final Duration YEAR = Duration.ofDays(365);
    private static final int SEEDS = 500;
    private static final int DRAWS_PER_SEED = 200;

    private final RandomGenerator random = new SplittableRandom(1);

    @Test
    void doublesFromTheBaseUntilTheCapWithoutJitter() {
        Backoff backoff = Backoff.exponential(Duration.ofMillis(200))
                .cap(Duration.ofSeconds(1))
                .jitter(Jitter.NONE);

        assertThat(backoff.delay(1, Duration.ZERO, random)).isEqualTo(Duration.ofMillis(200));
        assertThat(backoff.delay(2, Duration.ZERO, random)).isEqualTo(Duration.ofMillis(400));
        assertThat(backoff.delay(3, Duration.ZERO, random)).isEqualTo(Duration.ofMillis(800));
        assertThat(backoff.delay(4, Duration.ZERO, random)).isEqualTo(Duration.ofSeconds(1));
        assertThat(backoff.delay(Integer.MAX_VALUE, Duration.ZERO, random)).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void growsByTheGivenFactor() {
        Backoff backoff = Backoff.exponential(Duration.ofSeconds(1)).factor(3).jitter(Jitter.NONE);

        assertThat(backoff.delay(4, Duration.ZERO, random)).isEqualTo(Duration.ofSeconds(27));
    }

    @Test
    void fixedStaysTheSame() {
        Backoff backoff = Backoff.fixed(Duration.ofSeconds(5)).jitter(Jitter.NONE);

        for (int attempt : new int[] {1, 2, 100, Integer.MAX_VALUE}) {
            assertThat(backoff.delay(attempt, Duration.ZERO, random)).isEqualTo(Duration.ofSeconds(5));
        }
    }

    @Test
    void defaultsAreFactorTwoEqualJitterAndACapOfAnHourOrTheBase() {
        assertThat(Backoff.exponential(Duration.ofSeconds(1)))
                .isEqualTo(new Backoff(Duration.ofSeconds(1), 2, Duration.ofHours(1), Jitter.EQUAL));
        assertThat(Backoff.exponential(Duration.ofHours(3)).cap()).isEqualTo(Duration.ofHours(3));
        assertThat(Backoff.fixed(Duration.ofSeconds(1)).jitter()).isEqualTo(Jitter.EQUAL);
    }

    @ParameterizedTest
    @EnumSource
    void g8_delaysStayBetweenFloorAndCapForAnyAttemptAndPreviousDelay(Jitter jitter) {
        forRandomBackoffs(jitter, (backoff, random) -> {
            int attempt = anyAttempt(random);
            long previous = random.nextBoolean() ? 0 : random.nextLong(0, Long.MAX_VALUE);
            long step = backoff.jitter(Jitter.NONE).delayNanos(attempt, 0, random);
            long base = backoff.base().toNanos();

            long delay = backoff.delayNanos(attempt, previous, random);

            long floor = switch (jitter) {
                case NONE -> step;
                case EQUAL -> step - step / 2;
                case FULL -> Math.min(base, 1_000_000);
                case DECORRELATED -> base;
            };
            long ceiling = jitter == Jitter.DECORRELATED ? backoff.cap().toNanos() : step;
            assertThat(delay).as("attempt %d, previous %d", attempt, previous).isPositive();
            assertThat(delay).as("attempt %d, previous %d", attempt, previous).isBetween(floor, ceiling);
        });
    }

    @Test
    void theStepIsTheBaseMultipliedOncePerFurtherAttemptUpToTheCap() {
        forRandomBackoffs(Jitter.NONE, (backoff, random) -> {
            int attempt = anyAttempt(random);
            double expected = backoff.base().toNanos();
            long cap = backoff.cap().toNanos();
            for (int power = 1; power < attempt && expected < cap; power++) {
                expected *= backoff.factor();
            }
            expected = Math.min(expected, cap);

            // Repeated products and one power differ in their last digits.
            assertThat((double) backoff.delayNanos(attempt, 0, random))
                    .as("attempt %d", attempt)
                    .isBetween(expected * (1 - 1e-12) - 1, expected * (1 + 1e-12) + 1);
        });
    }

    @Test
    void stepsNeverShrinkAsAttemptsGrow() {
        forRandomBackoffs(Jitter.NONE, (backoff, random) -> {
            int attempt = Math.min(anyAttempt(random), Integer.MAX_VALUE - 1);

            long now = backoff.delayNanos(attempt, 0, random);
            long next = backoff.delayNanos(attempt + 1, 0, random);

            assertThat(next).as("after attempt %d", attempt + 1).isGreaterThanOrEqualTo(now);
        });
    }

    @Test
    void loweringTheCapNeverLengthensADelay() {
        forRandomBackoffs(Jitter.NONE, (backoff, random) -> {
            int attempt = anyAttempt(random);
            Backoff lower = backoff.cap(between(backoff.base(), backoff.cap(), random));

            assertThat(lower.delayNanos(attempt, 0, random))
                    .as("attempt %d, lower cap %s", attempt, lower.cap())
                    .isLessThanOrEqualTo(backoff.delayNanos(attempt, 0, random));
        });
    }

    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void aThousandInstancesThatFailTogetherDoNotComeBackTogether(Jitter jitter) {
        // The sixth attempt has long reached the cap, where jitter that is clamped would pile up.
        Backoff backoff = Backoff.exponential(Duration.ofSeconds(1))
                .cap(Duration.ofSeconds(10))
                .jitter(jitter);
        int slots = 10;
        int[] arrivals = new int[slots];
        Set<Long> distinct = new HashSet<>();
        long lowest = jitter == Jitter.EQUAL ? 5_000_000_000L : 0;
        long slotNanos = (10_000_000_000L - lowest) / slots + 1;

        for (int instance = 0; instance < 1000; instance++) {
            RandomGenerator own = new SplittableRandom(instance);
            long delay = 0;
            for (int attempt = 1; attempt <= 6; attempt++) {
                delay = backoff.delayNanos(attempt, delay, own);
            }
            distinct.add(delay);
            arrivals[(int) ((delay - lowest) / slotNanos)]++;
        }

        assertThat(distinct).as("distinct delays, seeds 0 to 999").hasSizeGreaterThan(990);
        for (int slot = 0; slot < slots; slot++) {
            assertThat(arrivals[slot])
                    .as("arrivals in slot %d of 10, seeds 0 to 999", slot)
                    .isLessThan(200);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theSameSeedGivesTheSameDelays(Jitter jitter) {
        Backoff backoff = Backoff.exponential(Duration.ofMillis(200)).jitter(jitter);
        RandomGenerator one = new SplittableRandom(42);
        RandomGenerator other = new SplittableRandom(42);

        for (int attempt = 1; attempt < 100; attempt++) {
            assertThat(backoff.delayNanos(attempt, 1_000, one)).isEqualTo(backoff.delayNanos(attempt, 1_000, other));
        }
    }

    @Test
    void decorrelatedJitterGrowsFromThePreviousDelay() {
        Backoff backoff = Backoff.exponential(Duration.ofSeconds(1)).jitter(Jitter.DECORRELATED);

        long longest = 0;
        for (int draw = 0; draw < 1000; draw++) {
            longest = Math.max(longest, backoff.delayNanos(1, 0, random));
        }
        assertThat(longest).as("first delay, seed 1").isBetween(2_900_000_000L, 3_000_000_000L);

        for (int draw = 0; draw < 1000; draw++) {
            longest = Math.max(longest, backoff.delayNanos(1, 10_000_000_000L, random));
        }
        assertThat(longest).as("delay after 10 s, seed 1").isBetween(29_000_000_000L, 30_000_000_000L);
    }

    @Test
    void aPreviousDelayBeyondTheRangeOfNanosecondsIsTakenAsTheCap() {
        Backoff backoff = Backoff.exponential(Duration.ofSeconds(1)).jitter(Jitter.DECORRELATED);

        assertThat(backoff.delay(1, Duration.ofSeconds(Long.MAX_VALUE), random))
                .isBetween(Duration.ofSeconds(1), Duration.ofHours(1));
    }

    @Test
    void theShortestBackoffStillWaits() {
        for (Jitter jitter : new Jitter[] {Jitter.NONE, Jitter.EQUAL, Jitter.FULL}) {
            assertThat(Backoff.fixed(Duration.ofNanos(1)).jitter(jitter).delayNanos(1, 0, random))
                    .as("%s", jitter)
                    .isEqualTo(1);
        }
    }

    @Test
    void aBaseThatADoubleCannotHoldIsNotShortened() {
        Duration base = Duration.ofNanos((1L << 53) + 1);

        assertThat(Backoff.exponential(base).cap(YEAR).jitter(Jitter.NONE).delay(1, Duration.ZERO, random))
                .isEqualTo(base);
    }

    @Test
    void refusesABaseThatIsNotADelay() {
        for (Duration bad : new Duration[] {Duration.ZERO, Duration.ofMillis(-1), YEAR.plusNanos(1)}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Backoff.exponential(bad))
                    .withMessage("base is " + bad + "; it must be more than zero and at most PT8760H");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Backoff.fixed(bad))
                    .withMessageStartingWith("base is " + bad);
        }
    }

    @Test
    void refusesAFactorThatShrinksOrIsNoNumber() {
        Backoff backoff = Backoff.exponential(Duration.ofSeconds(1));
        for (double bad : new double[] {0.99, -2, 100.1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> backoff.factor(bad))
                    .withMessage("factor is " + bad + "; it must be from 1 to 100.0");
        }
    }

    @Test
    void refusesAFactorForAFixedDelay() {
        assertThatIllegalStateException()
                .isThrownBy(() -> Backoff.fixed(Duration.ofSeconds(1)).factor(2))
                .withMessage("factor is 2.0, but a fixed backoff does not grow; start from exponential(base)");
    }

    @Test
    void refusesACapBelowTheBaseOrBeyondAYear() {
        Backoff backoff = Backoff.exponential(Duration.ofSeconds(2));
        for (Duration bad : new Duration[] {Duration.ofSeconds(1), YEAR.plusNanos(1), Duration.ofSeconds(-5)}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> backoff.cap(bad))
                    .withMessage("cap is " + bad + "; it must be at least the base PT2S and at most PT8760H");
        }
    }

    @Test
    void refusesDecorrelatedJitterWithoutRoomToDraw() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Backoff.fixed(Duration.ofSeconds(1)).jitter(Jitter.DECORRELATED))
                .withMessage("cap and base are both PT1S; decorrelated jitter needs a cap above the base,"
                        + " because it draws between the two");
    }

    @Test
    void refusesAnAttemptBelowOneAndANegativePreviousDelay() {
        Backoff backoff = Backoff.fixed(Duration.ofSeconds(1));
        for (int bad : new int[] {0, -1, Integer.MIN_VALUE}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> backoff.delayNanos(bad, 0, random))
                    .withMessage("attempt is " + bad + "; it counts failed attempts, at least 1");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> backoff.delayNanos(1, -7, random))
                .withMessage("previous delay is -7 ns; it must not be negative");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> backoff.delay(1, Duration.ofMillis(-7), random))
                .withMessage("previous delay is PT-0.007S; it must not be negative");
    }

    private static void forRandomBackoffs(Jitter jitter, BiConsumer<Backoff, RandomGenerator> property) {
        for (long seed = 0; seed < SEEDS; seed++) {
            RandomGenerator random = new SplittableRandom(seed);
            Duration base = Duration.ofNanos(1 + spread(YEAR.toNanos() - 2, random));
            Duration cap = between(base.plusNanos(1), YEAR, random);
            Backoff backoff = new Backoff(base, 1 + random.nextDouble(99), cap, jitter);
            try {
                for (int draw = 0; draw < DRAWS_PER_SEED; draw++) {
                    property.accept(backoff, random);
                }
            } catch (AssertionError | RuntimeException failure) {
                throw new AssertionError("seed " + seed + ", " + backoff, failure);
            }
        }
    }

    private static Duration between(Duration lowest, Duration highest, RandomGenerator random) {
        return lowest.plusNanos(random.nextLong(highest.minus(lowest).toNanos() + 1));
    }

    /** From 1 to {@link Integer#MAX_VALUE}; small, huge and extreme ones each come often. */
    private static int anyAttempt(RandomGenerator random) {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextInt(1, 70);
            case 1 -> Integer.MAX_VALUE - random.nextInt(3);
            default -> (int) Math.max(1, spread(Integer.MAX_VALUE, random));
        };
    }

    /** From 0 to the bound, of every order of magnitude. */
    private static long spread(long bound, RandomGenerator random) {
        return (long) Math.pow(bound, random.nextDouble());
    }
}
