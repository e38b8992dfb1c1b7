package dev.outbox.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.outbox.retry.FailureClassifier.Verdict;
import dev.outbox.retry.RetryDecision.GiveUp;
import dev.outbox.retry.RetryDecision.Reason;
import dev.outbox.retry.RetryDecision.RetryAfter;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final RetryPolicy EVERY_SECOND = RetryPolicy.fixed(SECOND).jitter(Jitter.NONE);
    private static final RetryDecision AFTER_A_SECOND = new RetryAfter(SECOND);
    private static final RetryDecision PERMANENT = new GiveUp(Reason.PERMANENT);
    private static final RetryDecision ATTEMPTS_EXHAUSTED = new GiveUp(Reason.ATTEMPTS_EXHAUSTED);
    private static final RetryDecision TIME_EXHAUSTED = new GiveUp(Reason.TIME_EXHAUSTED);

    private final RandomGenerator random = new SplittableRandom(1);

    @Test
    void g8_givesUpAfterTheLastAllowedAttempt() {
        RetryPolicy policy = EVERY_SECOND.maxAttempts(3);

        assertThat(decide(policy, 1, null)).isEqualTo(AFTER_A_SECOND);
        assertThat(decide(policy, 2, null)).isEqualTo(AFTER_A_SECOND);
        assertThat(decide(policy, 3, null)).isEqualTo(ATTEMPTS_EXHAUSTED);
        assertThat(decide(policy, Integer.MAX_VALUE, null)).isEqualTo(ATTEMPTS_EXHAUSTED);
    }

    @Test
    void allowsTenAttemptsByDefault() {
        assertThat(RetryPolicy.exponential(SECOND).maxAttempts()).isEqualTo(10);
        assertThat(decide(EVERY_SECOND, 9, null)).isEqualTo(AFTER_A_SECOND);
        assertThat(decide(EVERY_SECOND, 10, null)).isEqualTo(ATTEMPTS_EXHAUSTED);
    }

    @Test
    void noneAllowsOneAttempt() {
        assertThat(decide(RetryPolicy.none(), 1, new IOException())).isEqualTo(ATTEMPTS_EXHAUSTED);
    }

    @Test
    void unlimitedAttemptsNeverRunOut() {
        assertThat(decide(EVERY_SECOND.unlimitedAttempts(), Integer.MAX_VALUE, null))
                .isEqualTo(AFTER_A_SECOND);
    }

    @Test
    void noAttemptBeginsLaterThanTheLongestTime() {
        RetryPolicy policy = EVERY_SECOND.maxElapsed(Duration.ofSeconds(60));

        assertThat(decideAfter(policy, Duration.ofSeconds(59))).isEqualTo(AFTER_A_SECOND);
        assertThat(decideAfter(policy, Duration.ofSeconds(59).plusNanos(1))).isEqualTo(TIME_EXHAUSTED);
        assertThat(decideAfter(policy, Duration.ofSeconds(Long.MAX_VALUE))).isEqualTo(TIME_EXHAUSTED);
    }

    @Test
    void aClockThatWasSetBackCountsAsNoTime() {
        RetryPolicy policy = EVERY_SECOND.maxElapsed(SECOND);

        assertThat(decideAfter(policy, Duration.ofHours(-1))).isEqualTo(AFTER_A_SECOND);
        assertThat(decideAfter(policy, Duration.ofSeconds(Long.MIN_VALUE))).isEqualTo(AFTER_A_SECOND);
    }

    @Test
    void unknownFailuresAreWorthAnotherAttempt() {
        for (Throwable failure : List.of(new IOException(), new IllegalStateException(), new AssertionError())) {
            assertThat(decide(EVERY_SECOND, 1, failure)).isEqualTo(AFTER_A_SECOND);
        }
    }

    @Test
    void aNamedFailureIsPermanentTogetherWithItsSubclasses() {
        RetryPolicy policy = EVERY_SECOND.permanent(IOException.class, ClassCastException.class);

        assertThat(decide(policy, 1, new IOException())).isEqualTo(PERMANENT);
        assertThat(decide(policy, 1, new FileNotFoundException())).isEqualTo(PERMANENT);
        assertThat(decide(policy, 1, new ClassCastException())).isEqualTo(PERMANENT);
        assertThat(decide(policy, 1, new RuntimeException())).isEqualTo(AFTER_A_SECOND);
    }

    @Test
    void theMostSpecificNamedClassCountsInWhicheverOrderTheyWereNamed() {
        List<RetryPolicy> sameRules = List.of(
                EVERY_SECOND
                        .permanent(Exception.class, NoSuchFileException.class)
                        .transientFailures(IOException.class),
                EVERY_SECOND
                        .transientFailures(IOException.class)
                        .permanent(NoSuchFileException.class, Exception.class));

        for (RetryPolicy policy : sameRules) {
            assertThat(decide(policy, 1, new IllegalStateException())).isEqualTo(PERMANENT);
            assertThat(decide(policy, 1, new FileNotFoundException())).isEqualTo(AFTER_A_SECOND);
            assertThat(decide(policy, 1, new NoSuchFileException("x"))).isEqualTo(PERMANENT);
            assertThat(decide(policy, 1, new AssertionError())).isEqualTo(AFTER_A_SECOND);
        }
    }

    @Test
    void anEnvelopeOfAFutureIsJudgedByItsContentAndOtherCausesAreNot() {
        RetryPolicy policy = EVERY_SECOND.permanent(IOException.class);
        IOException content = new IOException();

        assertThat(decide(policy, 1, new ExecutionException(content))).isEqualTo(PERMANENT);
        assertThat(decide(policy, 1, new CompletionException(new ExecutionException(content))))
                .isEqualTo(PERMANENT);
        assertThat(decide(policy, 1, new UncheckedIOException(content))).isEqualTo(AFTER_A_SECOND);
        assertThat(decide(policy, 1, new CompletionException("empty", null))).isEqualTo(AFTER_A_SECOND);
    }

    @Test
    void aCycleOfCausesIsJudgedInBoundedTime() {
        ExecutionException one = new ExecutionException("one") {
            private static final long serialVersionUID = 1;
        };
        one.initCause(new CompletionException(one));

        assertThat(decide(EVERY_SECOND.permanent(IOException.class), 1, one)).isEqualTo(AFTER_A_SECOND);
    }

    @Test
    void theClassifierDecidesBeforeTheNamedClasses() {
        RetryPolicy policy = EVERY_SECOND
                .permanent(IOException.class)
                .classify(failure -> switch (failure.getMessage()) {
                    case "throttled" -> Verdict.TRANSIENT;
                    case "forbidden" -> Verdict.PERMANENT;
                    default -> Verdict.UNDECIDED;
                });

        assertThat(decide(policy, 1, new IOException("throttled"))).isEqualTo(AFTER_A_SECOND);
        assertThat(decide(policy, 1, new IOException("other"))).isEqualTo(PERMANENT);
        assertThat(decide(policy, 1, new IllegalStateException("forbidden"))).isEqualTo(PERMANENT);
        assertThat(decide(policy, 1, new IllegalStateException("other"))).isEqualTo(AFTER_A_SECOND);
    }

    @Test
    void aFaultOfTheClassifierLeavesTheDecisionToTheNamedClassesAndIsKept() {
        IllegalStateException fault = new IllegalStateException("classifier broke");
        RetryPolicy policy = EVERY_SECOND.permanent(IOException.class).classify(failure -> {
            throw fault;
        });
        IOException failure = new IOException();

        assertThat(decide(policy, 1, failure)).isEqualTo(PERMANENT);
        assertThat(failure).hasSuppressedException(fault);
        assertThat(decide(policy, 1, fault)).isEqualTo(AFTER_A_SECOND);
    }

    @Test
    void aClassifierThatReturnsNullHasNoOpinion() {
        RetryPolicy policy = EVERY_SECOND.permanent(IOException.class).classify(failure -> null);

        assertThat(decide(policy, 1, new IOException())).isEqualTo(PERMANENT);
        assertThat(decide(policy, 1, new RuntimeException())).isEqualTo(AFTER_A_SECOND);
    }

    @Test
    void aPermanentFailureIsReportedAsSuchEvenOnTheLastAttempt() {
        RetryPolicy policy = EVERY_SECOND.maxAttempts(1).permanent(IOException.class);

        assertThat(decide(policy, 1, new IOException())).isEqualTo(PERMANENT);
    }

    @Test
    void anInterruptIsNotAFailureAndLeavesTheFlagAlone() {
        RetryPolicy policy = RetryPolicy.none()
                .jitter(Jitter.NONE)
                .permanent(Exception.class)
                .maxElapsed(SECOND);

        assertThat(policy.decide(99, Duration.ofDays(1), Duration.ZERO, new InterruptedException(), random))
                .isEqualTo(AFTER_A_SECOND);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void aHintIsTheShortestDelayEvenBeyondTheCap() {
        assertThat(decide(EVERY_SECOND, 1, new Throttled(Duration.ofMinutes(5))))
                .isEqualTo(new RetryAfter(Duration.ofMinutes(5)));
        assertThat(decide(EVERY_SECOND, 1, new Throttled(Duration.ofMillis(5)))).isEqualTo(AFTER_A_SECOND);
        assertThat(decide(EVERY_SECOND, 1, new Throttled(null))).isEqualTo(AFTER_A_SECOND);
        assertThat(decide(EVERY_SECOND, 1, new CompletionException(new Throttled(Duration.ofMinutes(5)))))
                .isEqualTo(new RetryAfter(Duration.ofMinutes(5)));
    }

    @Test
    void aHintIsSpreadByUpToATenthUpwards() {
        RetryPolicy policy = RetryPolicy.exponential(SECOND);
        for (long seed = 0; seed < 1000; seed++) {
            RetryDecision decision = policy.decide(
                    1,
                    Duration.ZERO,
                    Duration.ZERO,
                    new Throttled(Duration.ofSeconds(100)),
                    new SplittableRandom(seed));

            assertThat(((RetryAfter) decision).delay())
                    .as("seed %d", seed)
                    .isBetween(Duration.ofSeconds(100), Duration.ofSeconds(110));
        }
        assertThat(decide(policy, 1, new Throttled(Duration.ofSeconds(100))))
                .isNotEqualTo(decide(policy, 1, new Throttled(Duration.ofSeconds(100))));
    }

    @Test
    void aHintIsBoundedToOneDayAndANegativeOneCountsAsNone() {
        assertThat(decide(EVERY_SECOND, 1, new Throttled(Duration.ofSeconds(Long.MAX_VALUE))))
                .isEqualTo(new RetryAfter(Duration.ofDays(1)));
        assertThat(decide(EVERY_SECOND, 1, new Throttled(Duration.ofDays(-1)))).isEqualTo(AFTER_A_SECOND);
    }

    @Test
    void aHintThatCannotBeReadCountsAsNoneAndIsKept() {
        IllegalStateException fault = new IllegalStateException("no header");
        Throttled failure = new Throttled(null) {
            @Override
            public Optional<Duration> retryAfter() {
                throw fault;
            }
        };

        assertThat(decide(EVERY_SECOND, 1, failure)).isEqualTo(AFTER_A_SECOND);
        assertThat(failure).hasSuppressedException(fault);
    }

    @Test
    void aHintNeverExtendsTheAttemptsOrTheTime() {
        Throttled failure = new Throttled(Duration.ofMinutes(5));

        assertThat(decide(EVERY_SECOND.maxAttempts(1), 1, failure)).isEqualTo(ATTEMPTS_EXHAUSTED);
        assertThat(decide(EVERY_SECOND.maxElapsed(Duration.ofMinutes(4)), 1, failure))
                .isEqualTo(TIME_EXHAUSTED);
    }

    @Test
    void passesThePreviousDelayOnToTheBackoff() {
        RetryPolicy policy = RetryPolicy.exponential(SECOND).jitter(Jitter.DECORRELATED);
        Duration longest = Duration.ZERO;
        for (int draw = 0; draw < 200; draw++) {
            RetryDecision decision = policy.decide(1, Duration.ZERO, Duration.ofMinutes(10), null, random);
            Duration delay = ((RetryAfter) decision).delay();
            longest = delay.compareTo(longest) > 0 ? delay : longest;
        }
        assertThat(longest).as("seed 1").isBetween(Duration.ofMinutes(25), Duration.ofMinutes(30));
    }

    @Test
    void eachMethodReturnsANewPolicyAndLeavesThisOneAsItWas() {
        RetryPolicy policy = RetryPolicy.exponential(SECOND);
        String before = policy.toString();

        RetryPolicy other = policy.factor(3)
                .cap(Duration.ofMinutes(1))
                .jitter(Jitter.FULL)
                .maxAttempts(2)
                .maxElapsed(Duration.ofHours(1))
                .permanent(IOException.class);

        assertThat(policy).hasToString(before);
        assertThat(policy.maxElapsed()).isEmpty();
        assertThat(decide(policy, 1, new IOException())).isInstanceOf(RetryAfter.class);
        assertThat(other.backoff()).isEqualTo(new Backoff(SECOND, 3, Duration.ofMinutes(1), Jitter.FULL));
        assertThat(other.maxElapsed()).contains(Duration.ofHours(1));
        assertThat(other)
                .hasToString("RetryPolicy[Backoff[base=PT1S, factor=3.0, cap=PT1M, jitter=FULL], maxAttempts=2,"
                        + " maxElapsed=PT1H]");
    }

    @Test
    void refusesLimitsThatAllowNothing() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EVERY_SECOND.maxAttempts(0))
                .withMessage("maxAttempts is 0; it counts the first attempt too, so it must be at least 1");
        for (Duration bad : List.of(Duration.ZERO, Duration.ofSeconds(-3))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> EVERY_SECOND.maxElapsed(bad))
                    .withMessage("maxElapsed is " + bad + "; it must be more than zero");
        }
    }

    @Test
    void refusesAClassNamedBothWays() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EVERY_SECOND.permanent(IOException.class).transientFailures(IOException.class))
                .withMessage("java.io.IOException is named both PERMANENT and TRANSIENT; it must be one of them");
    }

    @Test
    void refusesToNameAnInterrupt() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EVERY_SECOND.permanent(InterruptedException.class))
                .withMessage("java.lang.InterruptedException cannot be named PERMANENT;"
                        + " an interrupt asks the thread to stop and says nothing about the work");
    }

    @Test
    void refusesMissingParts() {
        assertThatNullPointerException().isThrownBy(() -> RetryPolicy.of(null)).withMessage("backoff");
        assertThatNullPointerException()
                .isThrownBy(() -> EVERY_SECOND.classify(null))
                .withMessage("classifier");
    }

    @Test
    void refusesAttemptsThatWereNotMadeAndNegativeDelays() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> decide(EVERY_SECOND, 0, null))
                .withMessage("attempt is 0; it counts failed attempts, at least 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EVERY_SECOND.decide(1, Duration.ZERO, Duration.ofSeconds(-1), null, random))
                .withMessage("previous delay is PT-1S; it must not be negative");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RetryAfter(Duration.ofSeconds(-1)))
                .withMessage("delay is PT-1S; it must not be negative");
    }

    private RetryDecision decide(RetryPolicy policy, int attempts, @Nullable Throwable failure) {
        return policy.decide(attempts, Duration.ZERO, Duration.ZERO, failure, random);
    }

    private RetryDecision decideAfter(RetryPolicy policy, Duration elapsed) {
        return policy.decide(1, elapsed, Duration.ZERO, null, random);
    }

    private static class Throttled extends RuntimeException implements RetryAfterHint {

        private static final long serialVersionUID = 1;

        private final @Nullable Duration retryAfter;

        Throttled(@Nullable Duration retryAfter) {
            this.retryAfter = retryAfter;
        }

        @Override
        public Optional<Duration> retryAfter() {
            return Optional.ofNullable(retryAfter);
        }
    }
}
