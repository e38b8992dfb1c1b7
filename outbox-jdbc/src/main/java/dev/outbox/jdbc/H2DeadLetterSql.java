package dev.outbox.jdbc;

import java.util.List;

/** H2's {@link DeadLetterSql}. */
final class H2DeadLetterSql implements DeadLetterSql {
    @Override
    public List<String> buryHot() {
        return List.of("""
            INSERT INTO ${prefix}outbox_dead_letter (
                consumer, id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                not_before, created_at, payload, reason, attempts, last_error)
            SELECT '', id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                not_before, created_at, payload, ?1, ?2, ?3
            FROM OLD TABLE (
                DELETE FROM ${prefix}outbox_message WHERE slot = ?4 AND position = ?5 AND id = ?6
            ) m
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
            FROM OLD TABLE (
                DELETE FROM ${prefix}outbox_parked WHERE slot = ?4 AND position = ?5 AND id = ?6
            ) p
            """);
    }

    @Override
    public String list() {
        return """
            SELECT number, consumer, reason, attempts, last_error,
                DATEDIFF(MICROSECOND, TIMESTAMP WITH TIME ZONE '1970-01-01 00:00:00+00', died_at),
                id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                DATEDIFF(MICROSECOND, TIMESTAMP WITH TIME ZONE '1970-01-01 00:00:00+00', not_before),
                DATEDIFF(MICROSECOND, TIMESTAMP WITH TIME ZONE '1970-01-01 00:00:00+00', created_at),
                payload
            FROM ${prefix}outbox_dead_letter
            WHERE number > ?1
              AND (CAST(?2 AS BIGINT) IS NULL OR number = ?2)
              AND (CAST(?3 AS VARCHAR) IS NULL OR id = ?3)
              AND (CAST(?4 AS VARCHAR) IS NULL OR destination = ?4)
              AND (CAST(?5 AS VARCHAR) IS NULL OR message_key = ?5)
              AND (CAST(?6 AS VARCHAR) IS NULL OR type = ?6)
              AND (CAST(?7 AS VARCHAR) IS NULL OR consumer = ?7)
              AND (CAST(?8 AS BIGINT) IS NULL OR died_at < DATEADD(MICROSECOND, -CAST(?8 AS BIGINT), CURRENT_TIMESTAMP(6)))
            ORDER BY number
            FETCH FIRST ?9 ROWS ONLY
            """;
    }

    @Override
    public String count() {
        return """
            SELECT COUNT(*)
            FROM ${prefix}outbox_dead_letter
            WHERE number > ?1
              AND (CAST(?2 AS BIGINT) IS NULL OR number = ?2)
              AND (CAST(?3 AS VARCHAR) IS NULL OR id = ?3)
              AND (CAST(?4 AS VARCHAR) IS NULL OR destination = ?4)
              AND (CAST(?5 AS VARCHAR) IS NULL OR message_key = ?5)
              AND (CAST(?6 AS VARCHAR) IS NULL OR type = ?6)
              AND (CAST(?7 AS VARCHAR) IS NULL OR consumer = ?7)
              AND (CAST(?8 AS BIGINT) IS NULL OR died_at < DATEADD(MICROSECOND, -CAST(?8 AS BIGINT), CURRENT_TIMESTAMP(6)))
            """;
    }

    @Override
    public String lock() {
        return """
            SELECT number, consumer, destination, message_key, id
            FROM ${prefix}outbox_dead_letter
            WHERE number > ?1
              AND (CAST(?2 AS BIGINT) IS NULL OR number = ?2)
              AND (CAST(?3 AS VARCHAR) IS NULL OR id = ?3)
              AND (CAST(?4 AS VARCHAR) IS NULL OR destination = ?4)
              AND (CAST(?5 AS VARCHAR) IS NULL OR message_key = ?5)
              AND (CAST(?6 AS VARCHAR) IS NULL OR type = ?6)
              AND (CAST(?7 AS VARCHAR) IS NULL OR consumer = ?7)
              AND (CAST(?8 AS BIGINT) IS NULL OR died_at < DATEADD(MICROSECOND, -CAST(?8 AS BIGINT), CURRENT_TIMESTAMP(6)))
            ORDER BY number
            FETCH FIRST ?9 ROWS ONLY
            FOR UPDATE
            """;
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
        return List.of("""
            INSERT INTO ${prefix}inbox_parked (
                consumer, id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                not_before, created_at, payload, attempts, lapses, last_delay_micros, last_error, available_at)
            SELECT consumer, id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                not_before, created_at, payload, 0, 0, 0, last_error,
                CASE WHEN NOT EXISTS (
                    SELECT 1 FROM ${prefix}inbox_parked p
                    WHERE p.consumer = d.consumer AND p.destination = d.destination AND p.message_key = d.message_key)
                THEN CURRENT_TIMESTAMP(6) END
            FROM ${prefix}outbox_dead_letter d
            WHERE number = ?
              AND NOT EXISTS (SELECT 1 FROM ${prefix}inbox_parked q WHERE q.consumer = d.consumer AND q.id = d.id)
            """);
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
