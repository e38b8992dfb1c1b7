package dev.outbox.jdbc;

/** H2's {@link InboxSql}. A duplicate waits for the transaction that inserted first, and fails alone: the transaction lives on. */
final class H2InboxSql implements InboxSql {
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
            WHERE handled_at < DATEADD(MICROSECOND, -CAST(? AS BIGINT), CURRENT_TIMESTAMP(6))
            FETCH FIRST ? ROWS ONLY
            """;
    }
}
