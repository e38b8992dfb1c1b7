package dev.outbox.consumer;

/** When a consumer acknowledges. */
public enum Semantics {
    /**
     * After a message was handled, or the store has taken it over. It may be handled more than once; with the inbox, its effects in the database happen once
     * (G6).
     */
    AT_LEAST_ONCE,
    /**
     * Before a message is handled. It is handled at most once: what was in memory when a process ended is lost, and a failed attempt is not followed by
     * another one but by a dead letter.
     */
    AT_MOST_ONCE
}
