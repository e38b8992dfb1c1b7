package dev.outbox.jdbc;

import java.util.List;

/** H2's {@link ParkedSql}. */
final class H2ParkedSql implements ParkedSql {
    @Override
    public List<String> park() {
        return List.of("""
            INSERT INTO ${prefix}outbox_parked (
                slot, position, id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                not_before, created_at, payload, reason, blocking, attempts, last_delay_micros, last_error,
                first_failed_at, available_at)
            SELECT
                m.slot, m.position, m.id, m.destination, m.message_key, m.type, m.content_type, m.headers,
                m.correlation_id, m.causation_id, m.not_before, m.created_at, m.payload,
                ?4, ?4 <> 'SCHEDULED', ?5, ?6, ?7,
                CASE WHEN ?5 > 0 THEN CURRENT_TIMESTAMP(6) END,
                CASE
                    WHEN ?4 = 'SCHEDULED' OR ?4 = 'BEHIND' AND NOT EXISTS (
                        SELECT 1 FROM ${prefix}outbox_parked p
                        WHERE p.destination = m.destination AND p.message_key = m.message_key
                          AND p.blocking AND p.position < m.position)
                    THEN GREATEST(CURRENT_TIMESTAMP(6), COALESCE(m.not_before, CURRENT_TIMESTAMP(6)))
                    WHEN ?4 <> 'BEHIND' THEN DATEADD(MICROSECOND, CAST(?6 AS BIGINT), CURRENT_TIMESTAMP(6))
                END
            FROM OLD TABLE (
                DELETE FROM ${prefix}outbox_message WHERE slot = ?1 AND position = ?2 AND id = ?3
            ) m
            """);
    }

    @Override
    public String reschedule() {
        return """
            UPDATE ${prefix}outbox_parked
            SET reason = ?1, blocking = TRUE, attempts = ?2,
                available_at = DATEADD(MICROSECOND, CAST(?3 AS BIGINT), CURRENT_TIMESTAMP(6)),
                last_delay_micros = ?3, last_error = ?4,
                first_failed_at = COALESCE(first_failed_at, CASE WHEN ?2 > 0 THEN CURRENT_TIMESTAMP(6) END)
            WHERE slot = ?5 AND position = ?6 AND id = ?7
            """;
    }

    @Override
    public String promoteNext() {
        return """
            UPDATE ${prefix}outbox_parked n
            SET available_at = GREATEST(CURRENT_TIMESTAMP(6), COALESCE(not_before, CURRENT_TIMESTAMP(6)))
            WHERE available_at IS NULL
              AND (destination, message_key, position) = (
                SELECT p.destination, p.message_key, MIN(p.position)
                FROM ${prefix}outbox_parked me
                JOIN ${prefix}outbox_parked p
                  ON p.destination = me.destination AND p.message_key = me.message_key
                 AND p.blocking AND p.position > me.position
                WHERE me.slot = ? AND me.position = ? AND me.id = ? AND me.blocking
                GROUP BY p.destination, p.message_key)
            """;
    }

    @Override
    public String delete() {
        return """
            DELETE FROM ${prefix}outbox_parked WHERE slot = ? AND position = ? AND id = ?
            """;
    }

    @Override
    public List<String> enqueue() {
        return List.of("""
            INSERT INTO ${prefix}outbox_message (
                slot, id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                created_at, payload)
            SELECT slot, id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                created_at, payload
            FROM OLD TABLE (
                DELETE FROM ${prefix}outbox_parked
                WHERE slot = ? AND position = ? AND id = ? AND reason = 'SCHEDULED'
            ) p
            """);
    }

    @Override
    public String releaseStranded() {
        return """
            UPDATE ${prefix}outbox_parked n
            SET available_at = CURRENT_TIMESTAMP(6)
            WHERE slot = ? AND available_at IS NULL
              AND NOT EXISTS (
                SELECT 1 FROM ${prefix}outbox_parked p
                WHERE p.destination = n.destination AND p.message_key = n.message_key
                  AND p.blocking AND p.position < n.position)
            """;
    }

    @Override
    public String dueHeads() {
        return """
            SELECT slot, position, id,
                DATEDIFF(MICROSECOND, TIMESTAMP WITH TIME ZONE '1970-01-01 00:00:00+00', available_at),
                OCTET_LENGTH(payload), destination, CASE WHEN blocking AND attempts = 0 THEN message_key END
            FROM ${prefix}outbox_parked h
            WHERE slot = ? AND available_at <= CURRENT_TIMESTAMP(6)
              AND position NOT IN (SELECT * FROM UNNEST(CAST(? AS BIGINT ARRAY)))
              AND NOT (blocking AND message_key IS NOT NULL AND EXISTS (
                SELECT 1 FROM ${prefix}outbox_parked p
                WHERE p.destination = h.destination AND p.message_key = h.message_key
                  AND p.blocking AND p.position < h.position))
            ORDER BY available_at, position
            FETCH FIRST ? ROWS ONLY
            """;
    }

    @Override
    public String followers() {
        return """
            SELECT slot, position, id, OCTET_LENGTH(payload), destination, message_key
            FROM ${prefix}outbox_parked
            WHERE slot = ? AND destination = ? AND message_key = ? AND position > ? AND blocking
            ORDER BY position
            FETCH FIRST ? ROWS ONLY
            """;
    }

    @Override
    public String read() {
        return """
            SELECT slot, position, reason, attempts,
                COALESCE(DATEDIFF(MICROSECOND, first_failed_at, CURRENT_TIMESTAMP(6)), 0),
                last_delay_micros,
                id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                DATEDIFF(MICROSECOND, TIMESTAMP WITH TIME ZONE '1970-01-01 00:00:00+00', not_before),
                DATEDIFF(MICROSECOND, TIMESTAMP WITH TIME ZONE '1970-01-01 00:00:00+00', created_at),
                payload
            FROM ${prefix}outbox_parked
            WHERE slot = ? AND position = ? AND id = ?
            """;
    }

    @Override
    public String nextDue() {
        return """
            SELECT DATEDIFF(MICROSECOND, CURRENT_TIMESTAMP(6), available_at)
            FROM ${prefix}outbox_parked h
            WHERE slot = ? AND available_at > CURRENT_TIMESTAMP(6)
              AND NOT (blocking AND message_key IS NOT NULL AND EXISTS (
                SELECT 1 FROM ${prefix}outbox_parked p
                WHERE p.destination = h.destination AND p.message_key = h.message_key
                  AND p.blocking AND p.position < h.position))
            ORDER BY available_at
            FETCH FIRST ROW ONLY
            """;
    }

    @Override
    public String pending() {
        return """
            SELECT COUNT(*) FROM (SELECT 1 FROM ${prefix}outbox_message FETCH FIRST ? ROWS ONLY)
            """;
    }

    @Override
    public String depth() {
        return """
            SELECT
                (SELECT COUNT(*) FROM (SELECT 1 FROM ${prefix}outbox_message FETCH FIRST ? ROWS ONLY)),
                (SELECT COUNT(*) FROM (SELECT 1 FROM ${prefix}outbox_parked FETCH FIRST ? ROWS ONLY)),
                (SELECT COUNT(*) FROM (SELECT 1 FROM ${prefix}outbox_dead_letter FETCH FIRST ? ROWS ONLY)),
                (SELECT DATEDIFF(MICROSECOND, MIN((
                        SELECT m.created_at FROM ${prefix}outbox_message m WHERE m.slot = s.x
                        ORDER BY m.position FETCH FIRST ROW ONLY)), CURRENT_TIMESTAMP(6))
                    FROM SYSTEM_RANGE(0, 63) s)
            """;
    }
}
