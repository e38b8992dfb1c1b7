package dev.outbox.retry;

import dev.outbox.retry.FailureClassifier.Verdict;
import dev.outbox.retry.RetryDecision.GiveUp;
import dev.outbox.retry.RetryDecision.Reason;
import dev.outbox.retry.RetryDecision.RetryAfter;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Whether a failed attempt is followed by another one, and after what delay (G8).
 *
 * <pre>{@code
 * RetryPolicy policy = RetryPolicy.exponential(Duration.ofMillis(200))
 *         .cap(Duration.ofMinutes(1))
 *         .maxAttempts(8)
 *         .permanent(IllegalArgumentException.class);
 * }</pre>
 *
 * <p>By default ten attempts are made in all, no matter how long that takes, and every failure is worth another
 * attempt: an unknown one is never taken for permanent. A policy holds no state; how often and for how long something
 * has been tried is the caller's to remember. Immutable and thread-safe; each method returns a new policy.
 */
public final class RetryPolicy {

    private static final int DEFAULT_MAX_ATTEMPTS = 10;
    private static final int UNLIMITED = Integer.MAX_VALUE;
    private static final int HINT_SPREAD_DIVISOR = 10;

    private final Backoff backoff;
    private final int maxAttempts;
    private final @Nullable Duration maxElapsed;
    private final FailureRules rules;

    private RetryPolicy(Backoff backoff, int maxAttempts, @Nullable Duration maxElapsed, FailureRules rules) {
        this.backoff = Objects.requireNonNull(backoff, "backoff");
        this.maxAttempts = maxAttempts;
        this.maxElapsed = maxElapsed;
        this.rules = rules;
    }

    /** Ten attempts with delays from the given backoff. */
    public static RetryPolicy of(Backoff backoff) {
        return new RetryPolicy(backoff, DEFAULT_MAX_ATTEMPTS, null, FailureRules.NONE);
    }

    /**
     * Ten attempts with delays that double, as {@link Backoff#exponential}.
     *
     * @param base the first step, more than zero, at most 365 days
     * @throws IllegalArgumentException if {@code base} is out of bounds
     */
    public static RetryPolicy exponential(Duration base) {
        return of(Backoff.exponential(base));
    }

    /**
     * Ten attempts with equal steps between them, as {@link Backoff#fixed}.
     *
     * @param delay more than zero, at most 365 days
     * @throws IllegalArgumentException if {@code delay} is out of bounds
     */
    public static RetryPolicy fixed(Duration delay) {
        return of(Backoff.fixed(delay));
    }

    /** One attempt and no other. */
    public static RetryPolicy none() {
        return fixed(Duration.ofSeconds(1)).maxAttempts(1);
    }

    /** As {@link Backoff#cap(Duration)}. */
    public RetryPolicy cap(Duration cap) {
        return new RetryPolicy(backoff.cap(cap), maxAttempts, maxElapsed, rules);
    }

    /** As {@link Backoff#factor(double)}. */
    public RetryPolicy factor(double factor) {
        return new RetryPolicy(backoff.factor(factor), maxAttempts, maxElapsed, rules);
    }

    /** As {@link Backoff#jitter(Jitter)}. */
    public RetryPolicy jitter(Jitter jitter) {
        return new RetryPolicy(backoff.jitter(jitter), maxAttempts, maxElapsed, rules);
    }

    /**
     * Limits the attempts, the first one included.
     *
     * @param maxAttempts at least 1; {@link Integer#MAX_VALUE} means without limit
     * @throws IllegalArgumentException if {@code maxAttempts} is less than 1
     */
    public RetryPolicy maxAttempts(int maxAttempts) {
        if (maxAttempts < 1) {
            throw new IllegalArgumentException(
                    "maxAttempts is " + maxAttempts + "; it counts the first attempt too, so it must be at least 1");
        }
        return new RetryPolicy(backoff, maxAttempts, maxElapsed, rules);
    }

    /** Tries for ever, unless {@link #maxElapsed(Duration)} or a permanent failure ends it. */
    public RetryPolicy unlimitedAttempts() {
        return maxAttempts(UNLIMITED);
    }

    /**
     * Limits the time: no attempt begins later than this after the first one.
     *
     * @param maxElapsed more than zero
     * @throws IllegalArgumentException if {@code maxElapsed} is zero or negative
     */
    public RetryPolicy maxElapsed(Duration maxElapsed) {
        if (maxElapsed.isNegative() || maxElapsed.isZero()) {
            throw new IllegalArgumentException("maxElapsed is " + maxElapsed + "; it must be more than zero");
        }
        return new RetryPolicy(backoff, maxAttempts, maxElapsed, rules);
    }

    /**
     * Names exceptions that end the attempts at once, subclasses included. Of several named classes that a failure
     * belongs to the most specific one counts. An {@link java.util.concurrent.ExecutionException} or
     * {@link java.util.concurrent.CompletionException} is judged by its cause; other causes are not looked at.
     *
     * @throws IllegalArgumentException if a class is already named transient, or is an {@link InterruptedException}
     */
    @SafeVarargs
    public final RetryPolicy permanent(Class<? extends Throwable>... types) {
        RetryPolicy policy = this;
        for (Class<? extends Throwable> type : types) {
            policy = policy.naming(type, Verdict.PERMANENT);
        }
        return policy;
    }

    /**
     * Names exceptions that are worth another attempt, as exemptions from a superclass named
     * {@linkplain #permanent permanent}.
     *
     * @throws IllegalArgumentException if a class is already named permanent, or is an {@link InterruptedException}
     */
    @SafeVarargs
    public final RetryPolicy transientFailures(Class<? extends Throwable>... types) {
        RetryPolicy policy = this;
        for (Class<? extends Throwable> type : types) {
            policy = policy.naming(type, Verdict.TRANSIENT);
        }
        return policy;
    }

    private RetryPolicy naming(Class<? extends Throwable> type, Verdict verdict) {
        return new RetryPolicy(backoff, maxAttempts, maxElapsed, rules.with(type, verdict));
    }

    /** Asks this classifier before the named classes count. A second call replaces the first. */
    public RetryPolicy classify(FailureClassifier classifier) {
        return new RetryPolicy(backoff, maxAttempts, maxElapsed, rules.classifier(classifier));
    }

    /** Where the delays come from. */
    public Backoff backoff() {
        return backoff;
    }

    /** How many attempts are made at most, the first one included; {@link Integer#MAX_VALUE} without limit. */
    public int maxAttempts() {
        return maxAttempts;
    }

    /** How long after the first attempt another one may begin; empty without limit. */
    public Optional<Duration> maxElapsed() {
        return Optional.ofNullable(maxElapsed);
    }

    /**
     * Decides what follows a failed attempt.
     *
     * <p>A delay lies within the bounds of the backoff, unless a {@link RetryAfterHint} asks for a longer one. Then it
     * is the hint and up to a tenth more (none with {@link Jitter#NONE}), because everyone who was turned away may have
     * been told the same.
     *
     * <p>An {@link InterruptedException} is not a failure of the work, so it never ends the attempts. The flag of the
     * thread is left alone: restoring it is up to the code that caught the exception.
     *
     * @param attempts how many attempts have failed, at least 1
     * @param elapsed the time since the first attempt began; negative (a clock was set back) counts as zero
     * @param previousDelay the delay before the last attempt, zero if there was none
     * @param failure what the last attempt threw; null if it failed without an exception, which is never permanent
     * @param random where the jitter comes from
     * @throws IllegalArgumentException if {@code attempts} is less than 1 or {@code previousDelay} is negative
     */
    public RetryDecision decide(
            int attempts,
            Duration elapsed,
            Duration previousDelay,
            @Nullable Throwable failure,
            RandomGenerator random) {
        Duration delay = backoff.delay(attempts, previousDelay, random);
        if (failure instanceof InterruptedException) {
            return new RetryAfter(delay);
        }
        if (failure != null) {
            if (rules.isPermanent(failure)) {
                return new GiveUp(Reason.PERMANENT);
            }
            delay = atLeast(rules.hint(failure), delay, random);
        }
        if (maxAttempts != UNLIMITED && attempts >= maxAttempts) {
            return new GiveUp(Reason.ATTEMPTS_EXHAUSTED);
        }
        return isTooLate(elapsed, delay) ? new GiveUp(Reason.TIME_EXHAUSTED) : new RetryAfter(delay);
    }

    private Duration atLeast(Duration hint, Duration delay, RandomGenerator random) {
        if (hint.compareTo(delay) <= 0) {
            return delay;
        }
        if (backoff.jitter() == Jitter.NONE) {
            return hint;
        }
        return hint.plusNanos(random.nextLong(hint.toNanos() / HINT_SPREAD_DIVISOR + 1));
    }

    private boolean isTooLate(Duration elapsed, Duration delay) {
        if (maxElapsed == null) {
            return false;
        }
        Duration left = elapsed.isNegative() ? maxElapsed : maxElapsed.minus(elapsed);
        return delay.compareTo(left) > 0;
    }

    @Override
    public String toString() {
        return "RetryPolicy[" + backoff
                + ", maxAttempts=" + (maxAttempts == UNLIMITED ? "unlimited" : Integer.toString(maxAttempts))
                + ", maxElapsed=" + (maxElapsed == null ? "unlimited" : maxElapsed.toString()) + "]";
    }
}
