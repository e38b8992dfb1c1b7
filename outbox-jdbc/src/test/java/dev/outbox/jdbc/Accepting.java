package dev.outbox.jdbc;

/** Inserts inbox rows in transactions of their own. */
final class Accepting {
    private Accepting() {}

    static boolean accept(JdbcOutbox outbox, String consumer, String messageId) {
        return outbox.transaction(tx -> outbox.inbox().accept(tx, consumer, messageId));
    }
}
