package dev.outbox.jdbc;

import java.util.Optional;

/** PostgreSQL's {@link InboxSql}. A plain insert of a duplicate would doom the transaction. */
final class PostgresInboxSql implements InboxSql {
    @Override
    public String insert() {
        return """
            INSERT INTO ${prefix}inbox_message (consumer, message_id, state)
            VALUES (?, ?, ?)
            ON CONFLICT (consumer, message_id) DO NOTHING
            """;
    }

    @Override
    public Optional<String> insertAll() {
        return Optional.of("""
            INSERT INTO ${prefix}inbox_message (consumer, message_id, state)
            SELECT ?, n.id, ?
            FROM unnest(?::text[]) AS n(id)
            ON CONFLICT (consumer, message_id) DO NOTHING
            RETURNING message_id
            """);
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
            WHERE ctid = ANY (ARRAY(
                SELECT i.ctid
                FROM ${prefix}inbox_message AS i
                WHERE i.handled_at < now() - ?::bigint * interval '1 microsecond'
                ORDER BY i.handled_at
                LIMIT ?
                FOR UPDATE SKIP LOCKED))
            """;
    }
}
