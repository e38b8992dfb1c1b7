package dev.outbox.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RetryTest {

    private static final RetryPolicy POLICY =
            RetryPolicy.exponential(Duration.ofMillis(100)).jitter(Jitter.NONE).maxAttempts(5);

    private final List<Duration> slept = new ArrayList<>();
    // Wraps around during the first wait, as nanoTime may.
    private long nowNanos = Long.MAX_VALUE - 5;
    private int attempts;

    @AfterEach
    void clearInterrupt() {
        Thread.interrupted();
    }

    @Test
    void returnsTheFirstResultWithoutWaiting() {
        String result = retry(POLICY).call(() -> "done");

        assertThat(result).isEqualTo("done");
        assertThat(slept).isEmpty();
    }

    @Test
    void repeatsWithTheDelaysOfThePolicyUntilAnAttemptSucceeds() throws IOException {
        assertThat(retry(POLICY).call(() -> failUntil(4))).isEqualTo(4);
        assertThat(slept).containsExactly(Duration.ofMillis(100), Duration.ofMillis(200), Duration.ofMillis(400));
    }

    @Test
    void runsWhatReturnsNothing() throws IOException {
        retry(POLICY).run(() -> failUntil(2));

        assertThat(attempts).isEqualTo(2);
    }

    @Test
    void throwsTheLastFailureWithTheThreeBeforeItSuppressed() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> retry(POLICY).call(() -> failUntil(99)))
                .withMessage("attempt 5")
                .satisfies(failure -> assertThat(failure.getSuppressed())
                        .extracting(Throwable::getMessage)
                        .containsExactly("attempt 2", "attempt 3", "attempt 4"));
        assertThat(slept).hasSize(4);
    }

    @Test
    void anInstanceThrownAgainAndAgainIsNotSuppressedIntoItselfAndDoesNotGrow() {
        RuntimeException one = new RuntimeException("one");
        RuntimeException other = new RuntimeException("other");
        for (int call = 0; call < 10; call++) {
            Throwable thrown = catchThrowable(() -> retry(POLICY).run(() -> {
                throw attempts++ % 2 == 0 ? one : other;
            }));
            assertThat(thrown).isIn(one, other);
        }
        assertThat(one.getSuppressed()).hasSizeLessThanOrEqualTo(3);
        assertThat(other.getSuppressed()).hasSizeLessThanOrEqualTo(3);
    }

    @Test
    void stopsAtAPermanentFailure() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> retry(POLICY.permanent(IOException.class)).call(() -> failUntil(99)));
        assertThat(attempts).isEqualTo(1);
    }

    @Test
    void stopsWhenTheNextAttemptWouldComeTooLate() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(
                        () -> retry(POLICY.maxElapsed(Duration.ofMillis(699))).call(() -> failUntil(99)));
        assertThat(slept).containsExactly(Duration.ofMillis(100), Duration.ofMillis(200));
    }

    @Test
    void theTimeOfTheAttemptsCountsToo() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> retry(POLICY.maxElapsed(Duration.ofSeconds(1)))
                        .call(() -> {
                            nowNanos += Duration.ofMillis(850).toNanos();
                            return failUntil(99);
                        }));
        assertThat(attempts).isEqualTo(2);
    }

    @Test
    void remembersThePreviousDelayForDecorrelatedJitter() {
        RetryPolicy policy = POLICY.jitter(Jitter.DECORRELATED).maxAttempts(30);
        catchThrowable(() -> retry(policy).random(new SplittableRandom(3)).call(() -> failUntil(99)));

        SplittableRandom random = new SplittableRandom(3);
        Duration previous = Duration.ZERO;
        for (Duration delay : slept) {
            assertThat(delay).as("seed 3").isEqualTo(policy.backoff().delay(1, previous, random));
            previous = delay;
        }
        assertThat(slept).hasSize(29);
    }

    @Test
    void errorsAreNotRetried() {
        AssertionError error = new AssertionError();
        assertThat(catchThrowable(() -> retry(POLICY).run(() -> {
                    attempts++;
                    throw error;
                })))
                .isSameAs(error);
        assertThat(attempts).isEqualTo(1);
        assertThat(slept).isEmpty();
    }

    @Test
    void anInterruptWhileWaitingSetsTheFlagAgainAndStops() {
        Retry retry = retry(POLICY).sleeper(delay -> {
            throw new InterruptedException();
        });

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> retry.call(() -> failUntil(99)))
                .withMessage("attempt 1");
        assertThat(attempts).isEqualTo(1);
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }

    @Test
    void anInterruptOfTheCallSetsTheFlagAgainAndStops() {
        assertThatExceptionOfType(InterruptedException.class)
                .isThrownBy(() -> retry(POLICY).run(() -> {
                    attempts++;
                    throw new InterruptedException();
                }));
        assertThat(attempts).isEqualTo(1);
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }

    @Test
    void aThreadInterruptedBeforehandMakesOneAttemptWithTheDefaultSleeper() {
        Thread.currentThread().interrupt();

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(
                        () -> Retry.with(RetryPolicy.fixed(Duration.ofDays(1))).call(() -> failUntil(99)));
        assertThat(attempts).isEqualTo(1);
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }

    @Test
    void anInterruptOfAnotherThreadIsAnOrdinaryFailure() {
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() -> retry(POLICY).run(() -> {
                    attempts++;
                    throw new CompletionException(new InterruptedException());
                }));
        assertThat(attempts).isEqualTo(5);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void theDefaultsWaitAndSucceed() throws IOException {
        assertThat(Retry.with(RetryPolicy.fixed(Duration.ofNanos(1))).call(() -> failUntil(3)))
                .isEqualTo(3);
    }

    @Test
    void stopsWhenTheBudgetIsUsedUpAndRefillsItBySuccesses() throws IOException {
        RetryBudget budget = RetryBudget.ofCapacity(2);
        Retry retry = retry(POLICY).budget(budget);

        assertThatExceptionOfType(IOException.class).isThrownBy(() -> retry.call(() -> failUntil(99)));
        assertThat(attempts).isEqualTo(3);

        for (int success = 0; success < 10; success++) {
            retry.call(() -> failUntil(0));
        }
        assertThat(budget.available()).isEqualTo(1);
    }

    @Test
    void aFailureThatIsNotRetriedCostsNoBudget() {
        RetryBudget budget = RetryBudget.ofCapacity(2);
        catchThrowable(() -> retry(RetryPolicy.none()).budget(budget).call(() -> failUntil(99)));

        assertThat(budget.available()).isEqualTo(2);
    }

    @Test
    void refusesMissingParts() {
        Retry retry = Retry.with(POLICY);
        assertThatNullPointerException().isThrownBy(() -> Retry.with(null)).withMessage("policy");
        assertThatNullPointerException().isThrownBy(() -> retry.budget(null)).withMessage("budget");
        assertThatNullPointerException().isThrownBy(() -> retry.sleeper(null)).withMessage("sleeper");
        assertThatNullPointerException().isThrownBy(() -> retry.nanoClock(null)).withMessage("nanoClock");
        assertThatNullPointerException().isThrownBy(() -> retry.random(null)).withMessage("random");
    }

    private Retry retry(RetryPolicy policy) {
        return Retry.with(policy)
                .sleeper(delay -> {
                    slept.add(delay);
                    nowNanos += delay.toNanos();
                })
                .nanoClock(() -> nowNanos)
                .random(new SplittableRandom(1));
    }

    private int failUntil(int success) throws IOException {
        attempts++;
        if (attempts < success) {
            throw new IOException("attempt " + attempts);
        }
        return attempts;
    }
}
