package dev.outbox.spi;

import dev.outbox.Message;
import java.time.Instant;

/**
 * A message on its way to a transport.
 *
 * @param token names this sending towards {@link OutcomeListener}; every sending has another
 * @param message the message
 * @param createdAt when it was published, by the database's clock
 * @param attempt 1 for the first, one more after each attempt that was charged
 */
public record Outgoing(long token, Message message, Instant createdAt, int attempt) {}
