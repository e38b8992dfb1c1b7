package dev.outbox.jdbc;

import java.util.List;

/** H2's {@link DeliverySql}. */
final class H2DeliverySql implements DeliverySql {
    @Override
    public String blocked() {
        return """
            SELECT consumer, destination, message_key
            FROM ${prefix}inbox_parked
            WHERE consumer = ? AND destination = ? AND message_key = ?
            FETCH FIRST ROW ONLY
            """;
    }

    @Override
    public String park() {
        return """
            INSERT INTO ${prefix}inbox_parked (
                consumer, id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                not_before, payload, created_at, attempts, available_at, lapses, last_delay_micros, last_error)
            SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13,
                DATEADD(MICROSECOND, CAST(?14 AS BIGINT), CURRENT_TIMESTAMP(6)), 0, ?14, ?15
            WHERE NOT EXISTS (SELECT 1 FROM ${prefix}inbox_parked WHERE consumer = ?1 AND id = ?2)
                AND NOT EXISTS (SELECT 1 FROM ${prefix}inbox_message WHERE consumer = ?1 AND message_id = ?2)
            """;
    }

    @Override
    public List<String> parkBehind() {
        return List.of("""
            INSERT INTO ${prefix}inbox_parked (
                consumer, id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                not_before, payload, created_at, attempts, available_at, lapses, last_delay_micros, last_error)
            SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, 0,
                CASE WHEN NOT EXISTS (
                    SELECT 1 FROM ${prefix}inbox_parked p
                    WHERE p.consumer = ?1 AND p.destination = ?3 AND p.message_key = ?4)
                THEN CURRENT_TIMESTAMP(6) END,
                0, 0, ''
            WHERE NOT EXISTS (SELECT 1 FROM ${prefix}inbox_parked WHERE consumer = ?1 AND id = ?2)
                AND NOT EXISTS (SELECT 1 FROM ${prefix}inbox_message WHERE consumer = ?1 AND message_id = ?2)
            """);
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
        return """
            SELECT number, DATEDIFF(MICROSECOND, TIMESTAMP WITH TIME ZONE '1970-01-01 00:00:00+00', available_at),
                lapses > 0 OR claimed_by IS NOT NULL
            FROM ${prefix}inbox_parked h
            WHERE consumer = ? AND available_at <= CURRENT_TIMESTAMP(6)
              AND (claimed_by IS NULL OR claimed_until <= CURRENT_TIMESTAMP(6))
              AND NOT EXISTS (
                SELECT 1 FROM ${prefix}inbox_parked p
                WHERE p.consumer = h.consumer AND p.destination = h.destination AND p.message_key = h.message_key
                  AND p.number < h.number)
            ORDER BY available_at, number
            FETCH FIRST ? ROWS ONLY
            FOR UPDATE SKIP LOCKED
            """;
    }

    @Override
    public String claim() {
        return """
            UPDATE ${prefix}inbox_parked
            SET attempts = attempts + CASE WHEN claimed_by IS NOT NULL AND lapses > 0 THEN 1 ELSE 0 END,
                lapses = lapses + CASE WHEN claimed_by IS NOT NULL THEN 1 ELSE 0 END,
                claimed_by = ?,
                claimed_until = DATEADD(MICROSECOND, CAST(? AS BIGINT), CURRENT_TIMESTAMP(6))
            WHERE number = ?
            """;
    }

    @Override
    public String read() {
        return """
            SELECT number, consumer, attempts, lapses > 0,
                DATEDIFF(MICROSECOND, parked_at, CURRENT_TIMESTAMP(6)), last_delay_micros,
                id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                DATEDIFF(MICROSECOND, TIMESTAMP WITH TIME ZONE '1970-01-01 00:00:00+00', not_before),
                DATEDIFF(MICROSECOND, TIMESTAMP WITH TIME ZONE '1970-01-01 00:00:00+00', created_at),
                payload
            FROM ${prefix}inbox_parked
            WHERE number = ?
            """;
    }

    @Override
    public String renew() {
        return """
            UPDATE ${prefix}inbox_parked
            SET claimed_until = DATEADD(MICROSECOND, CAST(? AS BIGINT), CURRENT_TIMESTAMP(6))
            WHERE number = ? AND claimed_by = ?
            """;
    }

    @Override
    public String forget() {
        return """
            UPDATE ${prefix}inbox_parked
            SET claimed_until = CURRENT_TIMESTAMP(6)
            WHERE claimed_by = ? AND claimed_until > CURRENT_TIMESTAMP(6)
            """;
    }

    @Override
    public String unclaim() {
        return """
            UPDATE ${prefix}inbox_parked
            SET claimed_by = NULL, claimed_until = NULL, available_at = LEAST(available_at, CURRENT_TIMESTAMP(6))
            WHERE number = ? AND claimed_by = ?
            """;
    }

    @Override
    public String lock() {
        return """
            SELECT consumer, id, claimed_by FROM ${prefix}inbox_parked WHERE number = ? FOR UPDATE
            """;
    }

    @Override
    public String promoteNext() {
        return """
            UPDATE ${prefix}inbox_parked
            SET available_at = CURRENT_TIMESTAMP(6)
            WHERE available_at IS NULL AND number = (
                SELECT MIN(n.number)
                FROM ${prefix}inbox_parked me
                JOIN ${prefix}inbox_parked n
                  ON n.consumer = me.consumer AND n.destination = me.destination AND n.message_key = me.message_key
                 AND n.number > me.number
                WHERE me.number = ?)
            """;
    }

    @Override
    public String delete() {
        return """
            DELETE FROM ${prefix}inbox_parked WHERE number = ?
            """;
    }

    @Override
    public String reschedule() {
        return """
            UPDATE ${prefix}inbox_parked
            SET attempts = ?1, available_at = DATEADD(MICROSECOND, CAST(?2 AS BIGINT), CURRENT_TIMESTAMP(6)),
                last_delay_micros = ?2, last_error = ?3, lapses = 0, claimed_by = NULL, claimed_until = NULL
            WHERE number = ?4 AND claimed_by = ?5
            """;
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
        return """
            SELECT DATEDIFF(MICROSECOND, CURRENT_TIMESTAMP(6), available_at)
            FROM ${prefix}inbox_parked h
            WHERE consumer = ? AND available_at IS NOT NULL
              AND (claimed_by IS NULL OR claimed_until <= CURRENT_TIMESTAMP(6))
              AND NOT EXISTS (
                SELECT 1 FROM ${prefix}inbox_parked p
                WHERE p.consumer = h.consumer AND p.destination = h.destination AND p.message_key = h.message_key
                  AND p.number < h.number)
            ORDER BY available_at
            FETCH FIRST ROW ONLY
            """;
    }
}
