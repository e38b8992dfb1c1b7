package dev.outbox.jdbc;

/**
 * How PostgreSQL is asked for messages. Both texts are two statements in one round trip. The first leaves the planner of the second nothing but the primary key,
 * in its order, keeps it from compiling what takes a few milliseconds (a compilation takes a hundred), and observes what {@link Horizon} needs, before the snapshot of the second is taken.
 *
 * <p>Whether a key is parked is looked up in a hash of what is parked, as long as that is little, and in the index for each row when it is much. The planner
 * must not choose: its choice for an empty table, kept in a cached plan, would read all of a large one. OFFSET 0 keeps it from hashing.
 *
 * <p>Both return: the reader's ordinal, position, bytes of the payload if it is left out for its size, whether blocked, whether scheduled (null means no: a null
 * costs next to nothing), the last position looked at when the window was full, the message, and its ctid. Which rows fit is decided by whoever reads.
 */
final class PostgresFetchSql {
    /** All rows of the slots that are not held: (held, largest payload twice, slots, floors, cursors, limits). */
    static final String PLAIN = """
            SELECT set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true),
                set_config('enable_sort', 'off', true), set_config('enable_hashjoin', 'off', true),
                set_config('enable_mergejoin', 'off', true),
                txid_snapshot_xmin(txid_current_snapshot()), pg_is_in_recovery(),
                date_part('epoch', pg_postmaster_start_time()) || '/' || pg_relation_filenode('${prefix}outbox_message')
                || '/' || pg_relation_filenode(pg_get_serial_sequence('${prefix}outbox_message', 'position')),
                set_config('jit', 'off', true);
            WITH held AS MATERIALIZED (
                SELECT h.position FROM unnest(?::bigint[]) AS h(position)
            ), parked AS MATERIALIZED (
                SELECT p.destination, p.message_key
                FROM ${prefix}outbox_parked AS p
                WHERE p.blocking AND p.message_key IS NOT NULL
                LIMIT 1001
            )
            SELECT r.ordinal, m.position,
                CASE WHEN octet_length(m.payload) > ?::bigint THEN octet_length(m.payload) END,
                CASE
                    WHEN m.message_key IS NULL OR (SELECT count(*) FROM parked) = 0 THEN NULL
                    WHEN (SELECT count(*) FROM parked) <= 1000
                    THEN (m.destination, m.message_key) IN (SELECT p.destination, p.message_key FROM parked AS p)
                    ELSE EXISTS (
                        SELECT FROM ${prefix}outbox_parked AS p
                        WHERE p.destination = m.destination AND p.message_key = m.message_key AND p.blocking
                        OFFSET 0)
                END,
                CASE WHEN m.not_before > clock_timestamp() THEN true END,
                NULL::bigint,
                m.id, m.destination, m.message_key, m.type, m.content_type, m.headers, m.correlation_id, m.causation_id,
                (date_part('epoch', m.not_before) * 1000000)::bigint,
                (date_part('epoch', m.created_at) * 1000000)::bigint,
                CASE WHEN octet_length(m.payload) <= ?::bigint THEN m.payload END,
                m.ctid
            FROM unnest(?::integer[], ?::bigint[], ?::bigint[], ?::integer[]) WITH ORDINALITY
                AS r(slot, floor, cursor, most, ordinal)
            CROSS JOIN LATERAL (
                (SELECT late.*, late.ctid
                FROM ${prefix}outbox_message AS late
                WHERE r.floor < r.cursor
                  AND late.slot = r.slot AND late.position > r.floor AND late.position <= r.cursor
                  AND late.position NOT IN (SELECT h.position FROM held AS h)
                ORDER BY late.position)
                UNION ALL
                (SELECT fresh.*, fresh.ctid
                FROM ${prefix}outbox_message AS fresh
                WHERE fresh.slot = r.slot AND fresh.position > r.cursor
                  AND ((SELECT count(*) FROM held) = 0 OR fresh.position NOT IN (SELECT h.position FROM held AS h))
                ORDER BY fresh.position
                LIMIT r.most)
            ) AS m
            """;

    /**
     * Rows that pass the filters, of at most ten times as many as the limit, and the last of those, without a position if it does not pass: (slots, floors, cursors, limits, destinations, keys, held, excluded destinations,
     * destinations of excluded keys, excluded keys, largest payload twice).
     */
    static final String FILTERED = """
            SELECT set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true),
                set_config('enable_sort', 'off', true), set_config('enable_hashjoin', 'off', true),
                set_config('enable_mergejoin', 'off', true),
                txid_snapshot_xmin(txid_current_snapshot()), pg_is_in_recovery(),
                date_part('epoch', pg_postmaster_start_time()) || '/' || pg_relation_filenode('${prefix}outbox_message')
                || '/' || pg_relation_filenode(pg_get_serial_sequence('${prefix}outbox_message', 'position')),
                set_config('jit', 'off', true);
            WITH reader AS MATERIALIZED (
                SELECT *
                FROM unnest(?::integer[], ?::bigint[], ?::bigint[], ?::integer[], ?::text[], ?::text[]) WITH ORDINALITY
                    AS r(slot, floor, cursor, most, destination, message_key, ordinal)
            ), held AS MATERIALIZED (
                SELECT h.position FROM unnest(?::bigint[]) AS h(position)
            ), excluded_destination AS MATERIALIZED (
                SELECT d.destination FROM unnest(?::text[]) AS d(destination)
            ), excluded_key AS MATERIALIZED (
                SELECT k.destination, k.message_key FROM unnest(?::text[], ?::text[]) AS k(destination, message_key)
            ), parked AS MATERIALIZED (
                SELECT p.destination, p.message_key
                FROM ${prefix}outbox_parked AS p
                WHERE p.blocking AND p.message_key IS NOT NULL
                LIMIT 1001
            )
            SELECT r.ordinal, CASE WHEN m.passes THEN m.position END,
                CASE WHEN octet_length(m.payload) > ?::bigint THEN octet_length(m.payload) END,
                CASE
                    WHEN m.message_key IS NULL OR (SELECT count(*) FROM parked) = 0 THEN NULL
                    WHEN (SELECT count(*) FROM parked) <= 1000
                    THEN (m.destination, m.message_key) IN (SELECT p.destination, p.message_key FROM parked AS p)
                    ELSE EXISTS (
                        SELECT FROM ${prefix}outbox_parked AS p
                        WHERE p.destination = m.destination AND p.message_key = m.message_key AND p.blocking
                        OFFSET 0)
                END,
                CASE WHEN m.not_before > clock_timestamp() THEN true END,
                CASE WHEN m.nth = 10 * r.most THEN m.position END,
                m.id, m.destination, m.message_key, m.type, m.content_type, m.headers, m.correlation_id, m.causation_id,
                (date_part('epoch', m.not_before) * 1000000)::bigint,
                (date_part('epoch', m.created_at) * 1000000)::bigint,
                CASE WHEN octet_length(m.payload) <= ?::bigint THEN m.payload END,
                m.ctid
            FROM reader AS r
            CROSS JOIN LATERAL (
                (SELECT late.*, late.ctid, true AS passes, NULL::bigint AS nth
                FROM ${prefix}outbox_message AS late
                WHERE late.slot = r.slot AND late.position > r.floor AND late.position <= r.cursor
                  AND late.position NOT IN (SELECT h.position FROM held AS h)
                  AND CASE
                    WHEN r.message_key IS NOT NULL
                        THEN late.destination = r.destination AND late.message_key = r.message_key
                    ELSE (
                            CASE
                                WHEN r.destination IS NULL
                                THEN late.destination NOT IN (SELECT d.destination FROM excluded_destination AS d)
                                ELSE late.destination = r.destination
                            END)
                        AND (late.message_key IS NULL OR (late.destination, late.message_key) NOT IN (
                            SELECT k.destination, k.message_key FROM excluded_key AS k))
                  END
                ORDER BY late.position)
                UNION ALL
                (SELECT judged.*
                FROM (
                    SELECT seen.*,
                        CASE
                            WHEN r.message_key IS NOT NULL
                                THEN seen.destination = r.destination AND seen.message_key = r.message_key
                            ELSE (seen.message_key IS NULL OR (seen.destination, seen.message_key) NOT IN (
                                    SELECT k.destination, k.message_key FROM excluded_key AS k))
                                AND CASE
                                    WHEN r.destination IS NULL
                                        THEN seen.destination NOT IN (
                                            SELECT d.destination FROM excluded_destination AS d)
                                    ELSE seen.destination = r.destination
                                END
                        END
                        AND seen.position NOT IN (SELECT h.position FROM held AS h) AS passes,
                        row_number() OVER () AS nth
                    FROM (
                        SELECT fresh.*, fresh.ctid
                        FROM ${prefix}outbox_message AS fresh
                        WHERE fresh.slot = r.slot AND fresh.position > r.cursor
                        ORDER BY fresh.position
                        LIMIT 10 * r.most
                    ) AS seen
                ) AS judged
                WHERE judged.passes OR judged.nth = 10 * r.most
                LIMIT r.most)
            ) AS m
            """;

    /** For each (slot, position, id): slot, position, id, payload. */
    static final String PAYLOADS = """
            SELECT m.slot, m.position, m.id, m.payload
            FROM unnest(?::integer[], ?::bigint[], ?::text[]) AS c(slot, position, id)
            CROSS JOIN LATERAL (
                SELECT f.slot, f.position, f.id, f.payload
                FROM ${prefix}outbox_message AS f
                WHERE f.slot = c.slot AND f.position = c.position AND f.id = c.id
                OFFSET 0
            ) AS m
            """;

    private PostgresFetchSql() {}
}
