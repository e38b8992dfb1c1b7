package dev.outbox.jdbc;

import dev.outbox.Message;
import java.sql.Connection;

/**
 * What an application does with a message in its database; see {@link JdbcInbox#idempotent}. Must be safe for use by many threads.
 */
@FunctionalInterface
public interface TransactionalHandler {
    /**
     * Handles one message. What it writes with {@code tx}, and publishes with {@code tx}, happens once, whatever happens to the process. What it does elsewhere
     * may happen more than once, and belongs into another transaction: see {@link JdbcInbox#accept}.
     *
     * @param message the message
     * @param tx a connection with auto-commit off; the handler must not commit it, roll it back as a whole or close it
     * @throws Exception if the message could not be handled now: everything is rolled back
     */
    void handle(Message message, Connection tx) throws Exception;
}
