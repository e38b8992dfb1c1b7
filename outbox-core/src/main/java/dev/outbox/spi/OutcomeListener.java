package dev.outbox.spi;

/** Takes the outcomes of sent messages. Safe for use by many threads; returns at once. */
@FunctionalInterface
public interface OutcomeListener {
    /** Tells what became of the sending {@code token}. Only the first outcome of a sending counts. */
    void onOutcome(long token, Outcome outcome);
}
