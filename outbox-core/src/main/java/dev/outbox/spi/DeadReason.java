package dev.outbox.spi;

/** Why a message became a dead letter. */
public enum DeadReason {
    /** The policy's attempts were used up. */
    ATTEMPTS_EXHAUSTED,
    /** The policy's time was used up. */
    TIME_EXHAUSTED,
    /** The destination, or the classification of the failure, said that it can never succeed. */
    REJECTED,
    /** The process ended each time it was tried. */
    PROCESS_ENDED,
    /** It is older than the retention of the inbox, so that a duplicate could no longer be told. */
    STALE
}
