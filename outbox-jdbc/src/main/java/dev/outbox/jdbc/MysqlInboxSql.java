package dev.outbox.jdbc;

/**
 * MySQL's {@link InboxSql}. A plain insert: a duplicate waits for the transaction that inserted first, and fails alone, as an error. INSERT IGNORE would hide other
 * failures, and what ON DUPLICATE KEY UPDATE reports depends on a property of the driver.
 */
final class MysqlInboxSql implements InboxSql {
    @Override
    public String insert() {
        return """
            INSERT INTO ${prefix}inbox_message (consumer, message_id, state) VALUES (?, ?, ?)
            """;
    }

    @Override
    public String state() {
        return """
            SELECT state FROM ${prefix}inbox_message WHERE consumer = ? AND message_id = ?
            """;
    }

    @Override
    public String prune() {
        return """
            DELETE FROM ${prefix}inbox_message
            WHERE handled_at < UTC_TIMESTAMP(6) - INTERVAL ? MICROSECOND
            ORDER BY handled_at
            LIMIT ?
            """;
    }
}
