package dev.outbox.jdbc;

/** SQLite's {@link InboxSql}. A duplicate waits for the database's only lock, and then inserts nothing. */
final class SqliteInboxSql implements InboxSql {
    @Override
    public String insert() {
        return """
            INSERT INTO ${prefix}inbox_message (consumer, message_id, state) VALUES (?, ?, ?)
            ON CONFLICT (consumer, message_id) DO NOTHING
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
        return SqliteTime.fill("""
            DELETE FROM ${prefix}inbox_message
            WHERE (consumer, message_id) IN (
                SELECT consumer, message_id FROM ${prefix}inbox_message
                WHERE handled_at < ${now} - ?
                ORDER BY handled_at
                LIMIT ?)
            """);
    }
}
