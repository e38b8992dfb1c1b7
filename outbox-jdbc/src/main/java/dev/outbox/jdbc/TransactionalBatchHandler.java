package dev.outbox.jdbc;

import dev.outbox.Message;
import java.sql.Connection;
import java.util.List;

/**
 * What an application does with several messages in its database; see {@link JdbcInbox#idempotentBatch}. Must be safe for use by many threads.
 */
@FunctionalInterface
public interface TransactionalBatchHandler {
    /**
     * Handles messages in one transaction. What it writes with {@code tx}, and publishes with {@code tx}, happens once for each of them, whatever happens to the
     * process; what it does elsewhere may happen more than once.
     *
     * @param messages at least one, none of them twice, those of one key in their order
     * @param tx a connection with auto-commit off; the handler must not commit it, roll it back as a whole or close it
     * @throws Exception if they could not be handled now: everything is rolled back
     */
    void handle(List<Message> messages, Connection tx) throws Exception;
}
