package dev.outbox.jdbc;

import java.util.List;

/** SQLite's {@link DeadLetterSql}. */
final class SqliteDeadLetterSql implements DeadLetterSql {
    @Override
    public List<String> buryHot() {
        return List.of("""
            INSERT INTO ${prefix}outbox_dead_letter (
                consumer, id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                not_before, created_at, payload, reason, attempts, last_error)
            SELECT '', id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                not_before, created_at, payload, ?1, ?2, ?3
            FROM ${prefix}outbox_message
            WHERE slot = ?4 AND position = ?5 AND id = ?6
            """, """
            DELETE FROM ${prefix}outbox_message WHERE slot = ?4 AND position = ?5 AND id = ?6
            """);
    }

    @Override
    public List<String> buryParked() {
        return List.of("""
            INSERT INTO ${prefix}outbox_dead_letter (
                consumer, id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                not_before, created_at, payload, reason, attempts, last_error)
            SELECT '', id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                not_before, created_at, payload, ?1, ?2, ?3
            FROM ${prefix}outbox_parked
            WHERE slot = ?4 AND position = ?5 AND id = ?6
            """, """
            DELETE FROM ${prefix}outbox_parked WHERE slot = ?4 AND position = ?5 AND id = ?6
            """);
    }

    @Override
    public String list() {
        return SqliteTime.fill("""
            SELECT number, consumer, reason, attempts, last_error,
                died_at,
                id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                not_before, created_at, payload
            FROM ${prefix}outbox_dead_letter
            WHERE number > ?1
              AND (?2 IS NULL OR number = ?2)
              AND (?3 IS NULL OR id = ?3)
              AND (?4 IS NULL OR destination = ?4)
              AND (?5 IS NULL OR message_key = ?5)
              AND (?6 IS NULL OR type = ?6)
              AND (?7 IS NULL OR consumer = ?7)
              AND (?8 IS NULL OR died_at < ${now} - ?8)
            ORDER BY number
            LIMIT ?9
            """);
    }

    @Override
    public String count() {
        return SqliteTime.fill("""
            SELECT COUNT(*)
            FROM ${prefix}outbox_dead_letter
            WHERE number > ?1
              AND (?2 IS NULL OR number = ?2)
              AND (?3 IS NULL OR id = ?3)
              AND (?4 IS NULL OR destination = ?4)
              AND (?5 IS NULL OR message_key = ?5)
              AND (?6 IS NULL OR type = ?6)
              AND (?7 IS NULL OR consumer = ?7)
              AND (?8 IS NULL OR died_at < ${now} - ?8)
            """);
    }

    @Override
    public String lock() {
        return SqliteTime.fill("""
            SELECT number, consumer, destination, message_key, id
            FROM ${prefix}outbox_dead_letter
            WHERE number > ?1
              AND (?2 IS NULL OR number = ?2)
              AND (?3 IS NULL OR id = ?3)
              AND (?4 IS NULL OR destination = ?4)
              AND (?5 IS NULL OR message_key = ?5)
              AND (?6 IS NULL OR type = ?6)
              AND (?7 IS NULL OR consumer = ?7)
              AND (?8 IS NULL OR died_at < ${now} - ?8)
            ORDER BY number
            LIMIT ?9
            """);
    }

    @Override
    public String copyToOutbox() {
        return """
            INSERT INTO ${prefix}outbox_message (
                slot, id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                created_at, payload)
            SELECT ?1, id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                created_at, payload
            FROM ${prefix}outbox_dead_letter
            WHERE number = ?2
            """;
    }

    @Override
    public List<String> copyToInbox() {
        return List.of(SqliteTime.fill("""
            INSERT INTO ${prefix}inbox_parked (
                consumer, id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                not_before, created_at, payload, attempts, lapses, last_delay_micros, last_error, available_at)
            SELECT consumer, id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                not_before, created_at, payload, 0, 0, 0, last_error,
                CASE WHEN NOT EXISTS (
                    SELECT 1 FROM ${prefix}inbox_parked p
                    WHERE p.consumer = d.consumer AND p.destination = d.destination AND p.message_key = d.message_key)
                THEN ${now} END
            FROM ${prefix}outbox_dead_letter d
            WHERE number = ?
              AND NOT EXISTS (SELECT 1 FROM ${prefix}inbox_parked q WHERE q.consumer = d.consumer AND q.id = d.id)
            """));
    }

    @Override
    public String forgetHandled() {
        return """
            DELETE FROM ${prefix}inbox_message
            WHERE state = 'DEAD' AND (consumer, message_id) = (
                SELECT consumer, id FROM ${prefix}outbox_dead_letter WHERE number = ?)
            """;
    }

    @Override
    public String delete() {
        return """
            DELETE FROM ${prefix}outbox_dead_letter WHERE number = ?
            """;
    }
}
