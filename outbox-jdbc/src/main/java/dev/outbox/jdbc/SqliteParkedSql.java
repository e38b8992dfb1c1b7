package dev.outbox.jdbc;

import java.util.List;

/** SQLite's {@link ParkedSql}. A move is two statements in one transaction, of which there is never more than one that writes. */
final class SqliteParkedSql implements ParkedSql {
    @Override
    public List<String> park() {
        return List.of(SqliteTime.fill("""
            INSERT INTO ${prefix}outbox_parked (
                slot, position, id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                not_before, created_at, payload, reason, blocking, attempts, last_delay_micros, last_error,
                first_failed_at, available_at)
            SELECT
                m.slot, m.position, m.id, m.destination, m.message_key, m.type, m.content_type, m.headers,
                m.correlation_id, m.causation_id, m.not_before, m.created_at, m.payload,
                ?4, ?4 <> 'SCHEDULED', ?5, ?6, ?7,
                CASE WHEN ?5 > 0 THEN ${now} END,
                CASE
                    WHEN ?4 = 'SCHEDULED' OR ?4 = 'BEHIND' AND NOT EXISTS (
                        SELECT 1 FROM ${prefix}outbox_parked p
                        WHERE p.destination = m.destination AND p.message_key = m.message_key
                          AND p.blocking = 1 AND p.position < m.position)
                    THEN MAX(${now}, COALESCE(m.not_before, ${now}))
                    WHEN ?4 <> 'BEHIND' THEN ${now} + ?6
                END
            FROM ${prefix}outbox_message m
            WHERE m.slot = ?1 AND m.position = ?2 AND m.id = ?3
            """), """
            DELETE FROM ${prefix}outbox_message WHERE slot = ?1 AND position = ?2 AND id = ?3
            """);
    }

    @Override
    public String reschedule() {
        return SqliteTime.fill("""
            UPDATE ${prefix}outbox_parked
            SET reason = ?1, blocking = TRUE, attempts = ?2,
                available_at = ${now} + ?3,
                last_delay_micros = ?3, last_error = ?4,
                first_failed_at = COALESCE(first_failed_at, CASE WHEN ?2 > 0 THEN ${now} END)
            WHERE slot = ?5 AND position = ?6 AND id = ?7
            """);
    }

    @Override
    public String promoteNext() {
        return SqliteTime.fill("""
            UPDATE ${prefix}outbox_parked AS n
            SET available_at = MAX(${now}, COALESCE(not_before, ${now}))
            WHERE available_at IS NULL
              AND (destination, message_key, position) = (
                SELECT p.destination, p.message_key, MIN(p.position)
                FROM ${prefix}outbox_parked me
                JOIN ${prefix}outbox_parked p
                  ON p.destination = me.destination AND p.message_key = me.message_key
                 AND p.blocking = 1 AND p.position > me.position
                WHERE me.slot = ? AND me.position = ? AND me.id = ? AND me.blocking = 1
                GROUP BY p.destination, p.message_key)
            """);
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
            FROM ${prefix}outbox_parked
            WHERE slot = ?1 AND position = ?2 AND id = ?3 AND reason = 'SCHEDULED'
            """, """
            DELETE FROM ${prefix}outbox_parked WHERE slot = ?1 AND position = ?2 AND id = ?3 AND reason = 'SCHEDULED'
            """);
    }

    @Override
    public String releaseStranded() {
        return SqliteTime.fill("""
            UPDATE ${prefix}outbox_parked AS n
            SET available_at = ${now}
            WHERE slot = ? AND available_at IS NULL
              AND NOT EXISTS (
                SELECT 1 FROM ${prefix}outbox_parked p
                WHERE p.destination = n.destination AND p.message_key = n.message_key
                  AND p.blocking = 1 AND p.position < n.position)
            """);
    }

    @Override
    public String dueHeads() {
        return SqliteTime.fill("""
            SELECT slot, position, id, available_at, LENGTH(payload), destination,
                CASE WHEN blocking AND attempts = 0 THEN message_key END
            FROM ${prefix}outbox_parked h
            WHERE slot = ? AND available_at <= ${now}
              AND position NOT IN (SELECT value FROM JSON_EACH(?))
              AND NOT (blocking AND message_key IS NOT NULL AND EXISTS (
                SELECT 1 FROM ${prefix}outbox_parked p
                WHERE p.destination = h.destination AND p.message_key = h.message_key
                  AND p.blocking = 1 AND p.position < h.position))
            ORDER BY available_at, position
            LIMIT ?
            """);
    }

    @Override
    public String followers() {
        return """
            SELECT slot, position, id, LENGTH(payload), destination, message_key
            FROM ${prefix}outbox_parked
            WHERE slot = ? AND destination = ? AND message_key = ? AND position > ? AND blocking = 1
            ORDER BY position
            LIMIT ?
            """;
    }

    @Override
    public String read() {
        return SqliteTime.fill("""
            SELECT slot, position, reason, attempts,
                COALESCE(${now} - first_failed_at, 0),
                last_delay_micros,
                id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                not_before, created_at, payload
            FROM ${prefix}outbox_parked
            WHERE slot = ? AND position = ? AND id = ?
            """);
    }

    @Override
    public String nextDue() {
        return SqliteTime.fill("""
            SELECT available_at - ${now}
            FROM ${prefix}outbox_parked h
            WHERE slot = ? AND available_at > ${now}
              AND NOT (blocking AND message_key IS NOT NULL AND EXISTS (
                SELECT 1 FROM ${prefix}outbox_parked p
                WHERE p.destination = h.destination AND p.message_key = h.message_key
                  AND p.blocking = 1 AND p.position < h.position))
            ORDER BY available_at
            LIMIT 1
            """);
    }

    @Override
    public String pending() {
        return """
            SELECT COUNT(*) FROM (SELECT 1 FROM ${prefix}outbox_message LIMIT ?)
            """;
    }

    @Override
    public String depth() {
        return SqliteTime.fill("""
            SELECT
                (SELECT COUNT(*) FROM (SELECT 1 FROM ${prefix}outbox_message LIMIT ?)),
                (SELECT COUNT(*) FROM (SELECT 1 FROM ${prefix}outbox_parked LIMIT ?)),
                (SELECT COUNT(*) FROM (SELECT 1 FROM ${prefix}outbox_dead_letter LIMIT ?)),
                (SELECT ${now} - MIN((
                        SELECT m.created_at FROM ${prefix}outbox_message m WHERE m.slot = s.slot
                        ORDER BY m.position LIMIT 1))
                    FROM ${prefix}outbox_lease s)
            """);
    }
}
