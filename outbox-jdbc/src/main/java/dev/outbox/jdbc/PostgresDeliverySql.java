package dev.outbox.jdbc;

import java.util.List;

/** PostgreSQL's {@link DeliverySql}. */
final class PostgresDeliverySql implements DeliverySql {
    @Override
    public String blocked() {
        return """
            SELECT k.consumer, k.destination, k.message_key
            FROM unnest(?::text[], ?::text[], ?::text[]) AS k(consumer, destination, message_key)
            WHERE EXISTS (
                SELECT FROM ${prefix}inbox_parked AS p
                WHERE p.consumer = k.consumer AND p.destination = k.destination AND p.message_key = k.message_key
                OFFSET 0)
            """;
    }

    @Override
    public String park() {
        return """
            INSERT INTO ${prefix}inbox_parked (
                consumer, id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                not_before, payload, created_at, attempts, available_at, lapses, last_delay_micros, last_error)
            SELECT m.consumer, m.id, m.destination, m.message_key, m.type, m.content_type, m.headers, m.correlation_id,
                m.causation_id, m.not_before, m.payload, m.created_at, m.attempts,
                clock_timestamp() + m.micros * interval '1 microsecond', 0, m.micros, m.error
            FROM unnest(
                    ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[],
                    ?::timestamptz[], ?::bytea[], ?::timestamptz[], ?::integer[], ?::bigint[], ?::text[])
                AS m(consumer, id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                    not_before, payload, created_at, attempts, micros, error)
            WHERE NOT EXISTS (
                SELECT FROM ${prefix}inbox_message AS i
                WHERE i.consumer = m.consumer AND i.message_id = m.id
                OFFSET 0)
            ON CONFLICT (consumer, id) DO NOTHING
            """;
    }

    @Override
    public List<String> parkBehind() {
        return List.of("""
            INSERT INTO ${prefix}inbox_parked (
                consumer, id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                not_before, payload, created_at, attempts, available_at, lapses, last_delay_micros, last_error)
            SELECT m.consumer, m.id, m.destination, m.message_key, m.type, m.content_type, m.headers, m.correlation_id,
                m.causation_id, m.not_before, m.payload, m.created_at, 0,
                CASE WHEN m.message_key IS NULL
                    OR row_number() OVER (
                        PARTITION BY m.consumer, m.destination, m.message_key ORDER BY m.ordinal) = 1
                    AND NOT EXISTS (
                        SELECT FROM ${prefix}inbox_parked AS p
                        WHERE p.consumer = m.consumer AND p.destination = m.destination
                          AND p.message_key = m.message_key
                        OFFSET 0)
                THEN clock_timestamp() END,
                0, 0, ''
            FROM unnest(
                    ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[],
                    ?::timestamptz[], ?::bytea[], ?::timestamptz[]) WITH ORDINALITY
                AS m(consumer, id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                    not_before, payload, created_at, ordinal)
            WHERE NOT EXISTS (
                SELECT FROM ${prefix}inbox_message AS i
                WHERE i.consumer = m.consumer AND i.message_id = m.id
                OFFSET 0)
            ORDER BY m.ordinal
            ON CONFLICT (consumer, id) DO NOTHING
            """);
    }

    @Override
    public String lockLast() {
        return """
            UPDATE ${prefix}inbox_parked AS p
            SET consumer = p.consumer
            FROM unnest(?::text[], ?::text[], ?::text[]) AS k(consumer, destination, message_key)
            CROSS JOIN LATERAL (
                SELECT l.number
                FROM ${prefix}inbox_parked AS l
                WHERE l.consumer = k.consumer AND l.destination = k.destination AND l.message_key = k.message_key
                ORDER BY l.number DESC
                LIMIT 1
            ) AS last
            WHERE p.number = ANY (ARRAY[last.number])
            """;
    }

    @Override
    public String claimable() {
        return """
            SELECT h.number, CASE WHEN isfinite(h.available_at) THEN least(date_part('epoch', h.available_at) * 1000000, 9e18)::bigint END, h.suspect
            FROM unnest(?::text[]) AS c(consumer)
            CROSS JOIN LATERAL (
                SELECT d.number, d.available_at, d.lapses > 0 OR d.claimed_by IS NOT NULL AS suspect
                FROM ${prefix}inbox_parked AS d
                WHERE d.consumer = c.consumer AND d.available_at <= statement_timestamp()
                  AND (d.claimed_by IS NULL OR d.claimed_until <= statement_timestamp())
                  AND NOT EXISTS (
                    SELECT FROM ${prefix}inbox_parked AS p
                    WHERE p.consumer = d.consumer AND p.destination = d.destination AND p.message_key = d.message_key
                      AND p.number < d.number
                    OFFSET 0)
                ORDER BY d.available_at, d.number
                LIMIT ?
                FOR UPDATE SKIP LOCKED
            ) AS h
            """;
    }

    @Override
    public String claim() {
        return """
            UPDATE ${prefix}inbox_parked AS p
            SET attempts = p.attempts + CASE WHEN p.claimed_by IS NOT NULL AND p.lapses > 0 THEN 1 ELSE 0 END,
                lapses = p.lapses + CASE WHEN p.claimed_by IS NOT NULL THEN 1 ELSE 0 END,
                claimed_by = c.instance,
                claimed_until = clock_timestamp() + c.micros * interval '1 microsecond'
            FROM unnest(?::text[], ?::bigint[], ?::bigint[]) AS c(instance, micros, number)
            WHERE p.number = ANY (ARRAY[c.number])
            """;
    }

    @Override
    public String read() {
        return """
            SELECT p.number, p.consumer, p.attempts, p.lapses > 0,
                CASE WHEN isfinite(p.parked_at) THEN least(date_part('epoch', clock_timestamp() - p.parked_at) * 1000000, 9e18)::bigint END, p.last_delay_micros,
                p.id, p.destination, p.message_key, p.type, p.content_type, p.headers, p.correlation_id, p.causation_id,
                CASE WHEN isfinite(p.not_before) THEN least(date_part('epoch', p.not_before) * 1000000, 9e18)::bigint END,
                CASE WHEN isfinite(p.created_at) THEN least(date_part('epoch', p.created_at) * 1000000, 9e18)::bigint END,
                p.payload
            FROM ${prefix}inbox_parked AS p
            WHERE p.number = ANY (?::bigint[])
            """;
    }

    @Override
    public String renew() {
        return """
            UPDATE ${prefix}inbox_parked AS p
            SET claimed_until = clock_timestamp() + c.micros * interval '1 microsecond'
            FROM unnest(?::bigint[], ?::bigint[], ?::text[]) AS c(micros, number, instance)
            WHERE p.number = ANY (ARRAY[c.number]) AND p.claimed_by = c.instance
            """;
    }

    @Override
    public String forget() {
        return """
            UPDATE ${prefix}inbox_parked
            SET claimed_until = clock_timestamp()
            WHERE claimed_by = ? AND claimed_until > clock_timestamp()
            """;
    }

    @Override
    public String unclaim() {
        return """
            UPDATE ${prefix}inbox_parked AS p
            SET claimed_by = NULL, claimed_until = NULL, available_at = least(p.available_at, clock_timestamp())
            FROM unnest(?::bigint[], ?::text[]) AS c(number, instance)
            WHERE p.number = ANY (ARRAY[c.number]) AND p.claimed_by = c.instance
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
            UPDATE ${prefix}inbox_parked AS n
            SET available_at = clock_timestamp()
            FROM ${prefix}inbox_parked AS me
            CROSS JOIN LATERAL (
                SELECT p.number
                FROM ${prefix}inbox_parked AS p
                WHERE p.consumer = me.consumer AND p.destination = me.destination AND p.message_key = me.message_key
                  AND p.number > me.number
                ORDER BY p.number
                LIMIT 1
            ) AS next
            WHERE me.number = ? AND n.number = ANY (ARRAY[next.number]) AND n.available_at IS NULL
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
            UPDATE ${prefix}inbox_parked AS p
            SET attempts = c.attempts, available_at = clock_timestamp() + c.micros * interval '1 microsecond',
                last_delay_micros = c.micros, last_error = c.error, lapses = 0, claimed_by = NULL, claimed_until = NULL
            FROM (SELECT ?::integer, ?::bigint, ?::text, ?::bigint, ?::text)
                AS c(attempts, micros, error, number, instance)
            WHERE p.number = ANY (ARRAY[c.number]) AND p.claimed_by = c.instance
            """;
    }

    @Override
    public String copyToDead() {
        return """
            INSERT INTO ${prefix}outbox_dead_letter (
                consumer, id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                not_before, created_at, payload, reason, attempts, last_error)
            SELECT consumer, id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                not_before, created_at, payload, ?::text, ?::integer, ?::text
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
            SELECT *
            FROM unnest(
                ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[],
                ?::timestamptz[], ?::bytea[], ?::timestamptz[], ?::text[], ?::integer[], ?::text[])
            """;
    }

    @Override
    public String nextDue() {
        return """
            SELECT CASE WHEN isfinite(h.available_at) THEN least(date_part('epoch', h.available_at - clock_timestamp()) * 1000000, 9e18)::bigint END
            FROM unnest(?::text[]) AS c(consumer)
            CROSS JOIN LATERAL (
                SELECT d.available_at
                FROM ${prefix}inbox_parked AS d
                WHERE d.consumer = c.consumer AND d.available_at IS NOT NULL
                  AND (d.claimed_by IS NULL OR d.claimed_until <= statement_timestamp())
                  AND NOT EXISTS (
                    SELECT FROM ${prefix}inbox_parked AS p
                    WHERE p.consumer = d.consumer AND p.destination = d.destination AND p.message_key = d.message_key
                      AND p.number < d.number
                    OFFSET 0)
                ORDER BY d.available_at, d.number
                LIMIT 1
            ) AS h
            """;
    }
}
