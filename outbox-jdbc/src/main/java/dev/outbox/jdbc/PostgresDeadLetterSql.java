package dev.outbox.jdbc;

import java.util.List;

/** PostgreSQL's {@link DeadLetterSql}. */
final class PostgresDeadLetterSql implements DeadLetterSql {
    @Override
    public List<String> buryHot() {
        return List.of("""
            WITH taken AS (
                DELETE FROM ${prefix}outbox_message AS m
                USING unnest(?::text[], ?::integer[], ?::text[], ?::integer[], ?::bigint[], ?::text[])
                    AS c(reason, attempts, error, slot, position, id)
                WHERE m.slot = ANY (ARRAY[c.slot]) AND m.position = c.position AND m.id = c.id
                RETURNING m.*, c.reason, c.attempts, c.error
            )
            INSERT INTO ${prefix}outbox_dead_letter (
                consumer, id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                not_before, created_at, payload, reason, attempts, last_error)
            SELECT '', id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                not_before, created_at, payload, reason, attempts, error
            FROM taken
            ORDER BY position
            """);
    }

    @Override
    public List<String> buryParked() {
        return List.of("""
            WITH taken AS (
                DELETE FROM ${prefix}outbox_parked AS p
                USING unnest(?::text[], ?::integer[], ?::text[], ?::integer[], ?::bigint[], ?::text[])
                    AS c(dead_reason, dead_attempts, dead_error, slot, position, id)
                WHERE p.slot = ANY (ARRAY[c.slot]) AND p.position = c.position AND p.id = c.id
                RETURNING p.*, c.dead_reason, c.dead_attempts, c.dead_error
            )
            INSERT INTO ${prefix}outbox_dead_letter (
                consumer, id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                not_before, created_at, payload, reason, attempts, last_error)
            SELECT '', id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                not_before, created_at, payload, dead_reason, dead_attempts, dead_error
            FROM taken
            ORDER BY position
            """);
    }

    @Override
    public String list() {
        return """
            SELECT d.number, d.consumer, d.reason, d.attempts, d.last_error,
                CASE WHEN isfinite(d.died_at) THEN least(date_part('epoch', d.died_at) * 1000000, 9e18)::bigint END,
                d.id, d.destination, d.message_key, d.type, d.content_type, d.headers, d.correlation_id, d.causation_id,
                CASE WHEN isfinite(d.not_before) THEN least(date_part('epoch', d.not_before) * 1000000, 9e18)::bigint END,
                CASE WHEN isfinite(d.created_at) THEN least(date_part('epoch', d.created_at) * 1000000, 9e18)::bigint END,
                d.payload
            FROM ${prefix}outbox_dead_letter AS d,
                (SELECT ?::bigint, ?::bigint, ?::text, ?::text, ?::text, ?::text, ?::text, ?::bigint)
                    AS q(above, number, id, destination, message_key, type, consumer, age)
            WHERE d.number > q.above
              AND (q.number IS NULL OR d.number = q.number)
              AND (q.id IS NULL OR d.id = q.id)
              AND (q.destination IS NULL OR d.destination = q.destination)
              AND (q.message_key IS NULL OR d.message_key = q.message_key)
              AND (q.type IS NULL OR d.type = q.type)
              AND (q.consumer IS NULL OR d.consumer = q.consumer)
              AND (q.age IS NULL OR d.died_at < clock_timestamp() - q.age * interval '1 microsecond')
            ORDER BY d.number
            LIMIT ?
            """;
    }

    @Override
    public String count() {
        return """
            SELECT count(*)
            FROM ${prefix}outbox_dead_letter AS d,
                (SELECT ?::bigint, ?::bigint, ?::text, ?::text, ?::text, ?::text, ?::text, ?::bigint)
                    AS q(above, number, id, destination, message_key, type, consumer, age)
            WHERE d.number > q.above
              AND (q.number IS NULL OR d.number = q.number)
              AND (q.id IS NULL OR d.id = q.id)
              AND (q.destination IS NULL OR d.destination = q.destination)
              AND (q.message_key IS NULL OR d.message_key = q.message_key)
              AND (q.type IS NULL OR d.type = q.type)
              AND (q.consumer IS NULL OR d.consumer = q.consumer)
              AND (q.age IS NULL OR d.died_at < clock_timestamp() - q.age * interval '1 microsecond')
            """;
    }

    @Override
    public String lock() {
        return """
            SELECT d.number, d.consumer, d.destination, d.message_key, d.id
            FROM ${prefix}outbox_dead_letter AS d,
                (SELECT ?::bigint, ?::bigint, ?::text, ?::text, ?::text, ?::text, ?::text, ?::bigint)
                    AS q(above, number, id, destination, message_key, type, consumer, age)
            WHERE d.number > q.above
              AND (q.number IS NULL OR d.number = q.number)
              AND (q.id IS NULL OR d.id = q.id)
              AND (q.destination IS NULL OR d.destination = q.destination)
              AND (q.message_key IS NULL OR d.message_key = q.message_key)
              AND (q.type IS NULL OR d.type = q.type)
              AND (q.consumer IS NULL OR d.consumer = q.consumer)
              AND (q.age IS NULL OR d.died_at < clock_timestamp() - q.age * interval '1 microsecond')
            ORDER BY d.number
            LIMIT ?
            FOR UPDATE OF d
            """;
    }

    @Override
    public String copyToOutbox() {
        return """
            INSERT INTO ${prefix}outbox_message (
                slot, id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                created_at, payload)
            SELECT n.slot, d.id, d.destination, d.message_key, d.type, d.content_type, d.headers, d.correlation_id,
                d.causation_id, d.created_at, d.payload
            FROM unnest(?::integer[], ?::bigint[]) WITH ORDINALITY AS n(slot, number, ordinal)
            JOIN ${prefix}outbox_dead_letter AS d ON d.number = ANY (ARRAY[n.number])
            ORDER BY n.ordinal
            """;
    }

    @Override
    public List<String> copyToInbox() {
        return List.of("""
            INSERT INTO ${prefix}inbox_parked (
                consumer, id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                not_before, created_at, payload, attempts, lapses, last_delay_micros, last_error, available_at)
            SELECT d.consumer, d.id, d.destination, d.message_key, d.type, d.content_type, d.headers, d.correlation_id,
                d.causation_id, d.not_before, d.created_at, d.payload, 0, 0, 0, d.last_error,
                CASE WHEN d.message_key IS NULL
                    OR row_number() OVER (
                        PARTITION BY d.consumer, d.destination, d.message_key ORDER BY n.ordinal) = 1
                    AND NOT EXISTS (
                        SELECT FROM ${prefix}inbox_parked AS p
                        WHERE p.consumer = d.consumer AND p.destination = d.destination
                          AND p.message_key = d.message_key
                        OFFSET 0)
                THEN clock_timestamp() END
            FROM unnest(?::bigint[]) WITH ORDINALITY AS n(number, ordinal)
            JOIN ${prefix}outbox_dead_letter AS d ON d.number = ANY (ARRAY[n.number])
            ORDER BY n.ordinal
            ON CONFLICT (consumer, id) DO NOTHING
            """);
    }

    @Override
    public String forgetHandled() {
        return """
            DELETE FROM ${prefix}inbox_message AS i
            USING unnest(?::bigint[]) AS n(number)
            JOIN ${prefix}outbox_dead_letter AS d ON d.number = ANY (ARRAY[n.number])
            WHERE i.consumer = ANY (ARRAY[d.consumer]) AND i.message_id = d.id AND i.state = 'DEAD'
            """;
    }

    @Override
    public String delete() {
        return """
            DELETE FROM ${prefix}outbox_dead_letter AS d
            USING unnest(?::bigint[]) AS n(number)
            WHERE d.number = ANY (ARRAY[n.number])
            """;
    }
}
