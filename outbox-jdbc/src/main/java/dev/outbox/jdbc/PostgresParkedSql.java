package dev.outbox.jdbc;

import java.util.List;

/**
 * PostgreSQL's {@link ParkedSql}. statement_timestamp() is used where an index has to be searched for it. What is behind a row that has failed before is not read with it: it will probably
 * fail again.
 */
final class PostgresParkedSql implements ParkedSql {
    @Override
    public List<String> park() {
        return List.of("""
            WITH taken AS (
                DELETE FROM ${prefix}outbox_message AS m
                USING unnest(?::integer[], ?::bigint[], ?::text[], ?::text[], ?::integer[], ?::bigint[], ?::text[])
                    AS c(slot, position, id, reason, attempts, micros, error)
                WHERE m.slot = ANY (ARRAY[c.slot]) AND m.position = c.position AND m.id = c.id
                RETURNING m.*, c.reason, c.attempts, c.micros, c.error
            ), judged AS (
                SELECT t.*,
                    EXISTS (
                        SELECT FROM ${prefix}outbox_parked AS p
                        WHERE p.destination = t.destination AND p.message_key = t.message_key
                          AND p.blocking AND p.position < t.position
                        OFFSET 0)
                    OR t.message_key IS NOT NULL AND coalesce(bool_or(t.reason <> 'SCHEDULED') OVER earlier, false)
                    AS has_earlier
                FROM taken AS t
                WINDOW earlier AS (
                    PARTITION BY t.destination, t.message_key ORDER BY t.position
                    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
            )
            INSERT INTO ${prefix}outbox_parked (
                slot, position, id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                not_before, created_at, payload, reason, blocking, attempts, last_delay_micros, last_error,
                first_failed_at, available_at)
            SELECT
                slot, position, id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                not_before, created_at, payload, reason, reason <> 'SCHEDULED', attempts, micros, error,
                CASE WHEN attempts > 0 THEN clock_timestamp() END,
                CASE
                    WHEN reason = 'SCHEDULED' OR reason = 'BEHIND' AND NOT has_earlier
                        THEN greatest(clock_timestamp(), not_before)
                    WHEN reason <> 'BEHIND' THEN clock_timestamp() + micros * interval '1 microsecond'
                END
            FROM judged
            """);
    }

    @Override
    public String reschedule() {
        return """
            UPDATE ${prefix}outbox_parked AS p
            SET reason = c.reason, blocking = true, attempts = c.attempts,
                available_at = clock_timestamp() + c.micros * interval '1 microsecond',
                last_delay_micros = c.micros, last_error = c.error,
                first_failed_at = coalesce(p.first_failed_at, CASE WHEN c.attempts > 0 THEN clock_timestamp() END)
            FROM unnest(?::text[], ?::integer[], ?::bigint[], ?::text[], ?::integer[], ?::bigint[], ?::text[])
                AS c(reason, attempts, micros, error, slot, position, id)
            WHERE p.slot = ANY (ARRAY[c.slot]) AND p.position = c.position AND p.id = c.id
            """;
    }

    @Override
    public String promoteNext() {
        return """
            UPDATE ${prefix}outbox_parked AS n
            SET available_at = greatest(clock_timestamp(), n.not_before)
            FROM unnest(?::integer[], ?::bigint[], ?::text[]) AS c(slot, position, id)
            JOIN ${prefix}outbox_parked AS me
              ON me.slot = ANY (ARRAY[c.slot]) AND me.position = c.position AND me.id = c.id AND me.blocking
            CROSS JOIN LATERAL (
                SELECT p.slot, p.position, p.id
                FROM ${prefix}outbox_parked AS p
                WHERE p.destination = me.destination AND p.message_key = me.message_key
                  AND p.blocking AND p.position > me.position
                ORDER BY p.position
                LIMIT 1
            ) AS next
            WHERE n.slot = ANY (ARRAY[next.slot]) AND n.position = next.position AND n.id = next.id AND n.available_at IS NULL
            """;
    }

    @Override
    public String delete() {
        return """
            DELETE FROM ${prefix}outbox_parked AS p
            USING unnest(?::integer[], ?::bigint[], ?::text[]) AS c(slot, position, id)
            WHERE p.slot = ANY (ARRAY[c.slot]) AND p.position = c.position AND p.id = c.id
            """;
    }

    @Override
    public List<String> enqueue() {
        return List.of("""
            WITH taken AS (
                DELETE FROM ${prefix}outbox_parked AS p
                USING unnest(?::integer[], ?::bigint[], ?::text[]) AS c(slot, position, id)
                WHERE p.slot = ANY (ARRAY[c.slot]) AND p.position = c.position AND p.id = c.id AND p.reason = 'SCHEDULED'
                RETURNING p.*
            )
            INSERT INTO ${prefix}outbox_message (
                slot, id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                created_at, payload)
            SELECT slot, id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                created_at, payload
            FROM taken
            ORDER BY position
            """);
    }

    @Override
    public String releaseStranded() {
        return """
            UPDATE ${prefix}outbox_parked AS n
            SET available_at = clock_timestamp()
            WHERE n.slot = ANY (?::integer[]) AND n.available_at IS NULL
              AND NOT EXISTS (
                SELECT FROM ${prefix}outbox_parked AS p
                WHERE p.destination = n.destination AND p.message_key = n.message_key
                  AND p.blocking AND p.position < n.position
                OFFSET 0)
            """;
    }

    @Override
    public String dueHeads() {
        return """
            SELECT h.slot, h.position, h.id, CASE WHEN isfinite(h.available_at) THEN least(date_part('epoch', h.available_at) * 1000000, 9e18)::bigint END,
                octet_length(h.payload), h.destination, CASE WHEN h.blocking AND h.attempts = 0 THEN h.message_key END
            FROM unnest(?::integer[]) AS s(slot)
            CROSS JOIN LATERAL (
                SELECT d.*
                FROM ${prefix}outbox_parked AS d
                WHERE d.slot = s.slot AND d.available_at <= statement_timestamp()
                  AND d.position NOT IN (SELECT u.held FROM unnest(?::bigint[]) AS u(held))
                  AND NOT (d.blocking AND d.message_key IS NOT NULL AND EXISTS (
                    SELECT FROM ${prefix}outbox_parked AS p
                    WHERE p.destination = d.destination AND p.message_key = d.message_key
                      AND p.blocking AND p.position < d.position
                    OFFSET 0))
                ORDER BY d.available_at, d.position
                LIMIT ?
            ) AS h
            """;
    }

    @Override
    public String followers() {
        return """
            SELECT f.slot, f.position, f.id, octet_length(f.payload), f.destination, f.message_key
            FROM unnest(?::integer[], ?::text[], ?::text[], ?::bigint[]) AS h(slot, destination, message_key, position)
            CROSS JOIN LATERAL (
                SELECT p.*
                FROM ${prefix}outbox_parked AS p
                WHERE p.slot = h.slot AND p.destination = h.destination AND p.message_key = h.message_key
                  AND p.blocking AND p.position > h.position
                ORDER BY p.position
                LIMIT ?
            ) AS f
            """;
    }

    @Override
    public String read() {
        return """
            SELECT p.slot, p.position, p.reason, p.attempts,
                coalesce(CASE WHEN isfinite(p.first_failed_at) THEN least(date_part('epoch', clock_timestamp() - p.first_failed_at) * 1000000, 9e18) END, 0)::bigint,
                p.last_delay_micros,
                p.id, p.destination, p.message_key, p.type, p.content_type, p.headers, p.correlation_id, p.causation_id,
                CASE WHEN isfinite(p.not_before) THEN least(date_part('epoch', p.not_before) * 1000000, 9e18)::bigint END,
                CASE WHEN isfinite(p.created_at) THEN least(date_part('epoch', p.created_at) * 1000000, 9e18)::bigint END,
                p.payload
            FROM unnest(?::integer[], ?::bigint[], ?::text[]) AS c(slot, position, id)
            JOIN ${prefix}outbox_parked AS p ON p.slot = ANY (ARRAY[c.slot]) AND p.position = c.position AND p.id = c.id
            """;
    }

    @Override
    public String nextDue() {
        return """
            SELECT CASE WHEN isfinite(h.available_at) THEN least(date_part('epoch', h.available_at - clock_timestamp()) * 1000000, 9e18)::bigint END
            FROM unnest(?::integer[]) AS s(slot)
            CROSS JOIN LATERAL (
                SELECT d.available_at
                FROM ${prefix}outbox_parked AS d
                WHERE d.slot = s.slot AND d.available_at > statement_timestamp()
                  AND NOT (d.blocking AND d.message_key IS NOT NULL AND EXISTS (
                    SELECT FROM ${prefix}outbox_parked AS p
                    WHERE p.destination = d.destination AND p.message_key = d.message_key
                      AND p.blocking AND p.position < d.position
                    OFFSET 0))
                ORDER BY d.available_at, d.position
                LIMIT 1
            ) AS h
            """;
    }

    @Override
    public String pending() {
        return """
            SELECT count(*) FROM (SELECT FROM ${prefix}outbox_message LIMIT ?) AS m
            """;
    }

    @Override
    public String depth() {
        return """
            SELECT
                (SELECT count(*) FROM (SELECT FROM ${prefix}outbox_message LIMIT ?) AS m),
                (SELECT count(*) FROM (SELECT FROM ${prefix}outbox_parked LIMIT ?) AS p),
                (SELECT count(*) FROM (SELECT FROM ${prefix}outbox_dead_letter LIMIT ?) AS d),
                (SELECT CASE WHEN isfinite(min(f.created_at)) THEN least(date_part('epoch', clock_timestamp() - min(f.created_at)) * 1000000, 9e18)::bigint END
                    FROM generate_series(0, 63) AS s(slot)
                    CROSS JOIN LATERAL (
                        SELECT m.created_at
                        FROM ${prefix}outbox_message AS m
                        WHERE m.slot = s.slot
                        ORDER BY m.position
                        LIMIT 1
                    ) AS f)
            """;
    }
}
