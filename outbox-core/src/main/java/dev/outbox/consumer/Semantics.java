package dev.outbox.consumer;

/** How often a message is handled, and so when a consumer acknowledges it. */
public enum Semantics {
    /**
     * After a message was handled, or the store has taken it over. It may be handled more than once; with a handler of an inbox, its effects in the database happen once
     * (G6), and {@link #EFFECTIVELY_ONCE} makes sure that there is one.
     */
    AT_LEAST_ONCE,
    /**
     * Before a message is handled. It is handled at most once: what was in memory when a process ended is lost, and a failed attempt is not followed by
     * another one but by a dead letter.
     */
    AT_MOST_ONCE,
    /**
     * As {@link #AT_LEAST_ONCE}, and only with a handler that an inbox has made, such as {@code JdbcInbox.idempotent}: it may be called more than once for a message, but
     * what it writes with the transaction given to it happens once, for as long as the inbox remembers (G6). What it does elsewhere happens at least once. Another
     * handler, also one that is wrapped around the inbox's, is refused when the consumer is built.
     */
    EFFECTIVELY_ONCE
}
