package dev.outbox.retry;

import dev.outbox.retry.RetryDecision.RetryAfter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Applies a {@link RetryPolicy} to any call, in the calling thread.
 *
 * <pre>{@code
 * Receipt receipt = Retry.with(policy).call(() -> gateway.charge(card, amount));
 * }</pre>
 *
 * <p>When the policy gives up, or the budget is used up, the last exception is thrown as it is, with up to three of
 * those before it suppressed into it. An {@link Error} is never retried. An interrupt ends the attempts: the thread's
 * flag is set again, and the last exception is thrown.
 *
 * <p>The call must be safe to repeat, since an attempt that failed may have had its effect all the same. Immutable;
 * each method returns a new instance. Thread-safe, if the sleeper, the clock and the random source given to it are.
 */
public final class Retry {

    private final RetryPolicy policy;
    private final @Nullable RetryBudget budget;
    private final Sleeper sleeper;
    private final LongSupplier nanoClock;
    private final Supplier<RandomGenerator> random;

    private Retry(
            RetryPolicy policy,
            @Nullable RetryBudget budget,
            Sleeper sleeper,
            LongSupplier nanoClock,
            Supplier<RandomGenerator> random) {
        this.policy = Objects.requireNonNull(policy, "policy");
        this.budget = budget;
        this.sleeper = Objects.requireNonNull(sleeper, "sleeper");
        this.nanoClock = Objects.requireNonNull(nanoClock, "nanoClock");
        this.random = random;
    }

    /** Retries by this policy, without a budget, waiting in the calling thread. */
    public static Retry with(RetryPolicy policy) {
        return new Retry(
                policy,
                null,
                delay -> TimeUnit.NANOSECONDS.sleep(delay.toNanos()),
                System::nanoTime,
                ThreadLocalRandom::current);
    }

    /** Pays each retry from this budget and reports each success to it. All callers of a service should share one. */
    public Retry budget(RetryBudget budget) {
        return new Retry(policy, Objects.requireNonNull(budget, "budget"), sleeper, nanoClock, random);
    }

    /** Waits by other means than blocking the thread for the time. */
    public Retry sleeper(Sleeper sleeper) {
        return new Retry(policy, budget, sleeper, nanoClock, random);
    }

    /** Measures elapsed time by another source of nanoseconds than {@link System#nanoTime()}. */
    public Retry nanoClock(LongSupplier nanoClock) {
        return new Retry(policy, budget, sleeper, nanoClock, random);
    }

    /** Takes jitter from this source. */
    public Retry random(RandomGenerator random) {
        Objects.requireNonNull(random, "random");
        return new Retry(policy, budget, sleeper, nanoClock, () -> random);
    }

    /**
     * Calls until an attempt succeeds or the policy gives up.
     *
     * @return what the first successful attempt returned
     * @throws X the last attempt's exception, checked or not
     */
    public <T extends @Nullable Object, X extends Exception> T call(Call<T, X> call) throws X {
        Deque<Exception> failures = new ArrayDeque<>(FailureRules.MOST_SUPPRESSED + 1);
        long startNanos = nanoClock.getAsLong();
        Duration previous = Duration.ZERO;
        for (int attempt = 1; ; attempt = attempt == Integer.MAX_VALUE ? attempt : attempt + 1) {
            try {
                T result = call.call();
                reportSuccess();
                return result;
            } catch (Exception failure) {
                remember(failures, failure);
            }
            Duration elapsed = Duration.ofNanos(nanoClock.getAsLong() - startNanos);
            Duration delay = delayAfter(failures.getLast(), attempt, elapsed, previous);
            if (delay == null || !slept(delay)) {
                @SuppressWarnings("unchecked") // what the call threw is an X or unchecked
                X last = (X) lastWithSuppressed(failures);
                throw last;
            }
            previous = delay;
        }
    }

    /**
     * Runs until an attempt succeeds or the policy gives up.
     *
     * @throws X the last attempt's exception, checked or not
     */
    public <X extends Exception> void run(Action<X> action) throws X {
        this.<Object, X>call(() -> {
            action.run();
            return action;
        });
    }

    private void reportSuccess() {
        if (budget != null) {
            budget.success();
        }
    }

    /** The delay before the next attempt, or null if there is none. */
    private @Nullable Duration delayAfter(Exception failure, int attempt, Duration elapsed, Duration previous) {
        if (failure instanceof InterruptedException) {
            Thread.currentThread().interrupt();
            return null;
        }
        if (!(policy.decide(attempt, elapsed, previous, failure, random.get()) instanceof RetryAfter retry)) {
            return null;
        }
        return budget == null || budget.tryRetry() ? retry.delay() : null;
    }

    private boolean slept(Duration delay) {
        try {
            sleeper.sleep(delay);
            return true;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void remember(Deque<Exception> failures, Exception failure) {
        // A call may throw one and the same instance each time; an exception cannot be suppressed into itself.
        failures.removeIf(earlier -> earlier == failure);
        failures.addLast(failure);
        if (failures.size() > FailureRules.MOST_SUPPRESSED + 1) {
            failures.removeFirst();
        }
    }

    private static Exception lastWithSuppressed(Deque<Exception> failures) {
        Exception last = failures.removeLast();
        for (Exception earlier : failures) {
            FailureRules.suppress(earlier, last);
        }
        return last;
    }

    /** A call with a result. */
    @FunctionalInterface
    public interface Call<T extends @Nullable Object, X extends Exception> {

        /** Makes one attempt. */
        T call() throws X;
    }

    /** A call without a result. */
    @FunctionalInterface
    public interface Action<X extends Exception> {

        /** Makes one attempt. */
        void run() throws X;
    }

    /** How to wait between attempts. */
    @FunctionalInterface
    public interface Sleeper {

        /**
         * Returns after the delay.
         *
         * @param delay not negative
         * @throws InterruptedException if the thread was interrupted before or while waiting; no further attempt is
         *     made
         */
        void sleep(Duration delay) throws InterruptedException;
    }
}
