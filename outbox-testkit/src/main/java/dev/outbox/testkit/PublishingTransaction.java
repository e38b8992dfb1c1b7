package dev.outbox.testkit;

import dev.outbox.Message;

/**
 * A caller's transaction that publishes. Rows take their positions when they are published and become visible when the transaction commits, all at once, so
 * that a transaction that commits late makes rows visible below rows that were read before. Not thread-safe.
 */
public interface PublishingTransaction {
    /** Inserts {@code messages} in this transaction, in this order. */
    void publish(Message... messages);

    /** Makes what was published visible. Ends the transaction. */
    void commit();

    /** Takes back what was published; the positions stay unused. Ends the transaction. */
    void rollback();
}
