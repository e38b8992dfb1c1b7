package dev.outbox.jdbc;

/**
 * How PostgreSQL is asked for messages. Each text is two statements in one round trip. The first leaves the planner of the second nothing but the primary key,
 * in its order, keeps it from compiling what takes a few milliseconds (a compilation takes a hundred), and observes what {@link Horizon} needs, before the snapshot of the second is taken.
 *
 * <p>Whether a key is parked is looked up in the index for each row, unless nothing is parked at all. The planner must not choose: its choice for an empty table, kept in a
 * cached plan, would read all of a large one. OFFSET 0 keeps it from hashing.
 *
 * <p>They return: the reader's ordinal, position, bytes of the payload if it is left out for its size, whether blocked (null: nothing is parked, or it has no key), whether scheduled (null means no: a null
 * costs next to nothing), the last position looked at when there is more behind the window, the message, and its ctid. Which rows fit is decided by whoever reads.
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
            )
            SELECT r.ordinal, m.position,
                CASE WHEN octet_length(m.payload) > ?::bigint THEN octet_length(m.payload) END,
                CASE WHEN m.message_key IS NOT NULL AND (
                        SELECT EXISTS (SELECT FROM ${prefix}outbox_parked AS any_parked WHERE any_parked.blocking))
                    THEN EXISTS (
                        SELECT FROM ${prefix}outbox_parked AS p
                        WHERE p.destination = m.destination AND p.message_key = m.message_key AND p.blocking
                        OFFSET 0)
                END,
                CASE WHEN m.not_before > clock_timestamp() THEN true END,
                NULL::bigint,
                m.id, m.destination, m.message_key, m.type, m.content_type, m.headers, m.correlation_id, m.causation_id,
                CASE WHEN isfinite(m.not_before) THEN least(date_part('epoch', m.not_before) * 1000000, 9e18)::bigint END,
                CASE WHEN isfinite(m.created_at) THEN least(date_part('epoch', m.created_at) * 1000000, 9e18)::bigint END,
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
     * The same as {@link #PLAIN}, quicker where something is parked and slower where nothing is: a join may remember what it found for a key (Memoize, from PostgreSQL 14 on), which an
     * EXISTS does not. Either is exact.
     */
    static final String PLAIN_BESIDE_PARKED = """
            SELECT set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true),
                set_config('enable_sort', 'off', true), set_config('enable_hashjoin', 'off', true),
                set_config('enable_mergejoin', 'off', true),
                txid_snapshot_xmin(txid_current_snapshot()), pg_is_in_recovery(),
                date_part('epoch', pg_postmaster_start_time()) || '/' || pg_relation_filenode('${prefix}outbox_message')
                || '/' || pg_relation_filenode(pg_get_serial_sequence('${prefix}outbox_message', 'position')),
                set_config('jit', 'off', true);
            WITH held AS MATERIALIZED (
                SELECT h.position FROM unnest(?::bigint[]) AS h(position)
            )
            SELECT r.ordinal, m.position,
                CASE WHEN octet_length(m.payload) > ?::bigint THEN octet_length(m.payload) END,
                CASE WHEN m.message_key IS NOT NULL AND (
                        SELECT EXISTS (SELECT FROM ${prefix}outbox_parked AS any_parked WHERE any_parked.blocking))
                    THEN b.blocked IS NOT NULL
                END,
                CASE WHEN m.not_before > clock_timestamp() THEN true END,
                NULL::bigint,
                m.id, m.destination, m.message_key, m.type, m.content_type, m.headers, m.correlation_id, m.causation_id,
                CASE WHEN isfinite(m.not_before) THEN least(date_part('epoch', m.not_before) * 1000000, 9e18)::bigint END,
                CASE WHEN isfinite(m.created_at) THEN least(date_part('epoch', m.created_at) * 1000000, 9e18)::bigint END,
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
            LEFT JOIN LATERAL (
                SELECT true AS blocked
                FROM ${prefix}outbox_parked AS p
                WHERE p.destination = m.destination AND p.message_key = m.message_key AND p.blocking
                LIMIT 1
            ) AS b ON true
            """;

    /**
     * Rows that pass the filters, of at most five times as many as the limit, and the last position of those; without a row if none passes. The end of such a window is
     * found first, in the index alone: to number the rows on the way costs more than to walk twice. Most of what is passed over is of one key at a time, so
     * each reader compares with one excluded key of its slot before it looks anything up: (held, excluded destinations, destinations of excluded keys, excluded keys, slots, floors,
     * cursors, limits, destinations, keys, destinations of the slots' excluded keys, the slots' excluded keys, largest payload twice).
     */
    static final String FILTERED = """
            SELECT set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true),
                set_config('enable_sort', 'off', true), set_config('enable_hashjoin', 'off', true),
                set_config('enable_mergejoin', 'off', true),
                txid_snapshot_xmin(txid_current_snapshot()), pg_is_in_recovery(),
                date_part('epoch', pg_postmaster_start_time()) || '/' || pg_relation_filenode('${prefix}outbox_message')
                || '/' || pg_relation_filenode(pg_get_serial_sequence('${prefix}outbox_message', 'position')),
                set_config('jit', 'off', true);
            WITH held AS MATERIALIZED (
                SELECT h.position FROM unnest(?::bigint[]) AS h(position)
            ), excluded_destination AS MATERIALIZED (
                SELECT d.destination FROM unnest(?::text[]) AS d(destination)
            ), excluded_key AS MATERIALIZED (
                SELECT k.destination, k.message_key FROM unnest(?::text[], ?::text[]) AS k(destination, message_key)
            ), reader AS MATERIALIZED (
                SELECT r.*, (
                    SELECT e.position
                    FROM ${prefix}outbox_message AS e
                    WHERE e.slot = r.slot AND e.position > r.cursor
                    ORDER BY e.position
                    OFFSET 5 * r.most - 1
                    LIMIT 1) AS last
                FROM unnest(?::integer[], ?::bigint[], ?::bigint[], ?::integer[], ?::text[], ?::text[], ?::text[], ?::text[])
                    WITH ORDINALITY
                    AS r(slot, floor, cursor, most, destination, message_key, passed_destination, passed_key, ordinal)
            )
            SELECT r.ordinal, m.position,
                CASE WHEN octet_length(m.payload) > ?::bigint THEN octet_length(m.payload) END,
                CASE WHEN m.message_key IS NOT NULL AND (
                        SELECT EXISTS (SELECT FROM ${prefix}outbox_parked AS any_parked WHERE any_parked.blocking))
                    THEN EXISTS (
                        SELECT FROM ${prefix}outbox_parked AS p
                        WHERE p.destination = m.destination AND p.message_key = m.message_key AND p.blocking
                        OFFSET 0)
                END,
                CASE WHEN m.not_before > clock_timestamp() THEN true END,
                r.last,
                m.id, m.destination, m.message_key, m.type, m.content_type, m.headers, m.correlation_id, m.causation_id,
                CASE WHEN isfinite(m.not_before) THEN least(date_part('epoch', m.not_before) * 1000000, 9e18)::bigint END,
                CASE WHEN isfinite(m.created_at) THEN least(date_part('epoch', m.created_at) * 1000000, 9e18)::bigint END,
                CASE WHEN octet_length(m.payload) <= ?::bigint THEN m.payload END,
                m.ctid
            FROM reader AS r
            LEFT JOIN LATERAL (
                (SELECT late.*, late.ctid
                FROM ${prefix}outbox_message AS late
                WHERE late.slot = r.slot AND late.position > r.floor AND late.position <= r.cursor
                  AND CASE
                    WHEN r.message_key IS NULL AND late.message_key = r.passed_key
                        AND late.destination = r.passed_destination
                        THEN false
                    WHEN r.message_key IS NOT NULL
                        THEN late.destination = r.destination AND late.message_key = r.message_key
                            AND late.position NOT IN (SELECT h.position FROM held AS h)
                    ELSE CASE
                            WHEN r.destination IS NULL
                                THEN late.destination NOT IN (SELECT d.destination FROM excluded_destination AS d)
                            ELSE late.destination = r.destination
                        END
                        AND (late.message_key IS NULL OR (late.destination, late.message_key) NOT IN (
                            SELECT k.destination, k.message_key FROM excluded_key AS k))
                        AND late.position NOT IN (SELECT h.position FROM held AS h)
                  END
                ORDER BY late.position)
                UNION ALL
                (SELECT fresh.*, fresh.ctid
                FROM ${prefix}outbox_message AS fresh
                WHERE fresh.slot = r.slot AND fresh.position > r.cursor
                  AND fresh.position <= coalesce(r.last, 9223372036854775807)
                  AND CASE
                    WHEN r.message_key IS NULL AND fresh.message_key = r.passed_key
                        AND fresh.destination = r.passed_destination
                        THEN false
                    WHEN r.message_key IS NOT NULL
                        THEN fresh.destination = r.destination AND fresh.message_key = r.message_key
                            AND fresh.position NOT IN (SELECT h.position FROM held AS h)
                    ELSE CASE
                            WHEN r.destination IS NULL
                                THEN fresh.destination NOT IN (SELECT d.destination FROM excluded_destination AS d)
                            ELSE fresh.destination = r.destination
                        END
                        AND (fresh.message_key IS NULL OR (fresh.destination, fresh.message_key) NOT IN (
                            SELECT k.destination, k.message_key FROM excluded_key AS k))
                        AND fresh.position NOT IN (SELECT h.position FROM held AS h)
                  END
                ORDER BY fresh.position
                LIMIT r.most)
            ) AS m ON true
            WHERE m.position IS NOT NULL OR r.last IS NOT NULL
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
