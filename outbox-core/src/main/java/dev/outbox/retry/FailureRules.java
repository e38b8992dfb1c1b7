package dev.outbox.retry;

import dev.outbox.retry.FailureClassifier.Verdict;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/**
 * What a policy knows about failures: a classifier, which is asked first, and a verdict per exception class, of which
 * the most specific one counts. Code of users runs here (the classifier, the hint); none of it can make a decision
 * fail. Immutable.
 */
record FailureRules(FailureClassifier classifier, Map<Class<?>, Verdict> byClass) {

    static final FailureRules NONE = new FailureRules(failure -> Verdict.UNDECIDED, Map.of());

    static final int MOST_SUPPRESSED = 3;

    private static final int DEEPEST_ENVELOPE = 8;

    FailureRules {
        byClass = Map.copyOf(byClass);
    }

    FailureRules classifier(FailureClassifier other) {
        return new FailureRules(Objects.requireNonNull(other, "classifier"), byClass);
    }

    FailureRules with(Class<? extends Throwable> type, Verdict verdict) {
        if (InterruptedException.class.isAssignableFrom(type)) {
            throw new IllegalArgumentException(type.getName() + " cannot be named " + verdict
                    + "; an interrupt asks the thread to stop and says nothing about the work");
        }
        Map<Class<?>, Verdict> rules = new HashMap<>(byClass);
        Verdict other = rules.put(type, verdict);
        if (other != null && other != verdict) {
            throw new IllegalArgumentException(
                    type.getName() + " is named both " + other + " and " + verdict + "; it must be one of them");
        }
        return new FailureRules(classifier, rules);
    }

    boolean isPermanent(Throwable failure) {
        Throwable content = content(failure);
        Verdict verdict = askClassifier(content);
        for (Class<?> type = content.getClass();
                verdict == Verdict.UNDECIDED && type != null;
                type = type.getSuperclass()) {
            verdict = byClass.getOrDefault(type, Verdict.UNDECIDED);
        }
        return verdict == Verdict.PERMANENT;
    }

    /** How long the failure asks to wait, at most {@link RetryAfterHint#LONGEST}; zero or less if it does not ask. */
    Duration hint(Throwable failure) {
        if (!(content(failure) instanceof RetryAfterHint hinting)) {
            return Duration.ZERO;
        }
        try {
            Duration hint = hinting.retryAfter().orElse(Duration.ZERO);
            return hint.compareTo(RetryAfterHint.LONGEST) > 0 ? RetryAfterHint.LONGEST : hint;
        } catch (RuntimeException fault) {
            suppress(fault, content(failure));
            return Duration.ZERO;
        }
    }

    private Verdict askClassifier(Throwable failure) {
        try {
            return Objects.requireNonNull(classifier.classify(failure), "the failure classifier returned null");
        } catch (RuntimeException fault) {
            suppress(fault, failure);
            return Verdict.UNDECIDED;
        }
    }

    /** Keeps {@code other} in {@code failure}. Bounded, since one instance may be thrown again and again. */
    static void suppress(Exception other, Throwable failure) {
        if (other != failure && failure.getSuppressed().length < MOST_SUPPRESSED) {
            failure.addSuppressed(other);
        }
    }

    /** Futures wrap what went wrong; bounded, because causes may form a cycle. */
    private static Throwable content(Throwable failure) {
        Throwable content = failure;
        for (int depth = 0; depth < DEEPEST_ENVELOPE && isEnvelope(content); depth++) {
            content = Objects.requireNonNullElse(content.getCause(), content);
        }
        return content;
    }

    private static boolean isEnvelope(Throwable failure) {
        return failure instanceof ExecutionException || failure instanceof CompletionException;
    }
}
