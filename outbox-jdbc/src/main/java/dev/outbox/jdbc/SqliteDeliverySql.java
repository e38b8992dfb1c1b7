package dev.outbox.jdbc;

import java.util.List;

/** SQLite's {@link DeliverySql}. */
final class SqliteDeliverySql implements DeliverySql {
    @Override
    public String blocked() {
        return """
            SELECT consumer, destination, message_key
            FROM ${prefix}inbox_parked
            WHERE consumer = ? AND destination = ? AND message_key = ?
            LIMIT 1
            """;
    }

    @Override
    public String park() {
        return SqliteTime.fill("""
            INSERT INTO ${prefix}inbox_parked (
                consumer, id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                not_before, payload, created_at, attempts, available_at, lapses, last_delay_micros, last_error)
            SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13,
                ${now} + ?14, 0, ?14, ?15
            WHERE NOT EXISTS (SELECT 1 FROM ${prefix}inbox_parked WHERE consumer = ?1 AND id = ?2)
                AND NOT EXISTS (SELECT 1 FROM ${prefix}inbox_message WHERE consumer = ?1 AND message_id = ?2)
            """);
    }

    @Override
    public List<String> parkBehind() {
        return List.of(SqliteTime.fill("""
            INSERT INTO ${prefix}inbox_parked (
                consumer, id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                not_before, payload, created_at, attempts, available_at, lapses, last_delay_micros, last_error)
            SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, 0,
                CASE WHEN NOT EXISTS (
                    SELECT 1 FROM ${prefix}inbox_parked p
                    WHERE p.consumer = ?1 AND p.destination = ?3 AND p.message_key = ?4)
                THEN ${now} END,
                0, 0, ''
            WHERE NOT EXISTS (SELECT 1 FROM ${prefix}inbox_parked WHERE consumer = ?1 AND id = ?2)
                AND NOT EXISTS (SELECT 1 FROM ${prefix}inbox_message WHERE consumer = ?1 AND message_id = ?2)
            """));
    }

    @Override
    public String lockLast() {
        return """
            UPDATE ${prefix}inbox_parked
            SET consumer = consumer
            WHERE number = (
                SELECT MAX(number) FROM ${prefix}inbox_parked
                WHERE consumer = ? AND destination = ? AND message_key = ?)
            """;
    }

    @Override
    public String claimable() {
        return SqliteTime.fill("""
            SELECT number, available_at,
                lapses > 0 OR claimed_by IS NOT NULL
            FROM ${prefix}inbox_parked h
            WHERE consumer = ? AND available_at <= ${now}
              AND (claimed_by IS NULL OR claimed_until <= ${now})
              AND NOT EXISTS (
                SELECT 1 FROM ${prefix}inbox_parked p
                WHERE p.consumer = h.consumer AND p.destination = h.destination AND p.message_key = h.message_key
                  AND p.number < h.number)
            ORDER BY available_at, number
            LIMIT ?
            """);
    }

    @Override
    public String claim() {
        return SqliteTime.fill("""
            UPDATE ${prefix}inbox_parked
            SET attempts = attempts + CASE WHEN claimed_by IS NOT NULL AND lapses > 0 THEN 1 ELSE 0 END,
                lapses = lapses + CASE WHEN claimed_by IS NOT NULL THEN 1 ELSE 0 END,
                claimed_by = ?,
                claimed_until = ${now} + ?
            WHERE number = ?
            """);
    }

    @Override
    public String read() {
        return SqliteTime.fill("""
            SELECT number, consumer, attempts, lapses > 0,
                ${now} - parked_at, last_delay_micros,
                id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                not_before, created_at, payload
            FROM ${prefix}inbox_parked
            WHERE number = ?
            """);
    }

    @Override
    public String renew() {
        return SqliteTime.fill("""
            UPDATE ${prefix}inbox_parked
            SET claimed_until = ${now} + ?
            WHERE number = ? AND claimed_by = ?
            """);
    }

    @Override
    public String forget() {
        return SqliteTime.fill("""
            UPDATE ${prefix}inbox_parked
            SET claimed_until = ${now}
            WHERE claimed_by = ? AND claimed_until > ${now}
            """);
    }

    @Override
    public String unclaim() {
        return SqliteTime.fill("""
            UPDATE ${prefix}inbox_parked
            SET claimed_by = NULL, claimed_until = NULL, available_at = MIN(available_at, ${now})
            WHERE number = ? AND claimed_by = ?
            """);
    }

    @Override
    public String lock() {
        return """
            SELECT consumer, id, claimed_by FROM ${prefix}inbox_parked WHERE number = ?
            """;
    }

    @Override
    public String promoteNext() {
        return SqliteTime.fill("""
            UPDATE ${prefix}inbox_parked
            SET available_at = ${now}
            WHERE available_at IS NULL AND number = (
                SELECT MIN(n.number)
                FROM ${prefix}inbox_parked me
                JOIN ${prefix}inbox_parked n
                  ON n.consumer = me.consumer AND n.destination = me.destination AND n.message_key = me.message_key
                 AND n.number > me.number
                WHERE me.number = ?)
            """);
    }

    @Override
    public String delete() {
        return """
            DELETE FROM ${prefix}inbox_parked WHERE number = ?
            """;
    }

    @Override
    public String reschedule() {
        return SqliteTime.fill("""
            UPDATE ${prefix}inbox_parked
            SET attempts = ?1, available_at = ${now} + ?2,
                last_delay_micros = ?2, last_error = ?3, lapses = 0, claimed_by = NULL, claimed_until = NULL
            WHERE number = ?4 AND claimed_by = ?5
            """);
    }

    @Override
    public String copyToDead() {
        return """
            INSERT INTO ${prefix}outbox_dead_letter (
                consumer, id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                not_before, created_at, payload, reason, attempts, last_error)
            SELECT consumer, id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                not_before, created_at, payload, ?, ?, ?
            FROM ${prefix}inbox_parked
            WHERE number = ?
            """;
    }

    @Override
    public String insertDead() {
        return """
            INSERT INTO ${prefix}outbox_dead_letter (
                consumer, id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                not_before, payload, created_at, reason, attempts, last_error)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;
    }

    @Override
    public String nextDue() {
        return SqliteTime.fill("""
            SELECT available_at - ${now}
            FROM ${prefix}inbox_parked h
            WHERE consumer = ? AND available_at IS NOT NULL
              AND (claimed_by IS NULL OR claimed_until <= ${now})
              AND NOT EXISTS (
                SELECT 1 FROM ${prefix}inbox_parked p
                WHERE p.consumer = h.consumer AND p.destination = h.destination AND p.message_key = h.message_key
                  AND p.number < h.number)
            ORDER BY available_at
            LIMIT 1
            """);
    }
}
