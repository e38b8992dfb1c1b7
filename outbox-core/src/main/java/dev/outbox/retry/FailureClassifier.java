package dev.outbox.retry;

/**
 * Tells failures that another attempt may mend from those that it cannot.
 *
 * <p>Must be thread-safe and fast, and must not block. One that throws or returns null has no opinion; what it threw is
 * suppressed into the failure.
 */
@FunctionalInterface
public interface FailureClassifier {

    /** What a classifier may say of a failure. */
    enum Verdict {

        /** Another attempt may succeed. */
        TRANSIENT,

        /** No attempt will ever succeed. */
        PERMANENT,

        /** No opinion: the classes named in the policy decide, and failing those the failure is transient. */
        UNDECIDED
    }

    /**
     * Judges one failure.
     *
     * @param failure what the attempt threw; the cause, where that was a mere
     *     {@link java.util.concurrent.ExecutionException} or {@link java.util.concurrent.CompletionException} around it
     */
    Verdict classify(Throwable failure);
}
