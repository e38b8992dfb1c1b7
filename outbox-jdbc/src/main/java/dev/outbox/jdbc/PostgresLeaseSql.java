package dev.outbox.jdbc;

import java.util.Optional;

/** PostgreSQL's {@link LeaseSql}. Times are clock_timestamp(): now() stands still in a transaction that had to wait. */
final class PostgresLeaseSql implements LeaseSql {
    /**
     * All parts share one snapshot, so the last shows leases as they were before. What was asked for and looks like ours in it, but was not renewed, was taken by
     * another whom we waited for.
     */
    private static final String RENEW = """
            WITH asked AS MATERIALIZED (
                SELECT a.slot, a.epoch FROM unnest(?::integer[], ?::bigint[]) AS a(slot, epoch)
            ), mine AS MATERIALIZED (
                SELECT l.slot
                FROM ${prefix}outbox_lease AS l JOIN asked AS a ON a.slot = l.slot AND a.epoch = l.epoch
                WHERE l.owner = ?
                ORDER BY l.slot
                FOR UPDATE OF l
            ), renewed AS (
                UPDATE ${prefix}outbox_lease AS l
                SET expires_at = clock_timestamp() + ?::bigint * interval '1 microsecond'
                FROM mine AS m
                WHERE l.slot = ANY (ARRAY[m.slot])
                RETURNING l.slot
            ), announced AS (
                INSERT INTO ${prefix}outbox_instance (name, expires_at)
                VALUES (?, clock_timestamp() + ?::bigint * interval '1 microsecond')
                ON CONFLICT (name) DO UPDATE SET expires_at = excluded.expires_at
            ), forgotten AS (
                DELETE FROM ${prefix}outbox_instance AS i
                WHERE i.expires_at < clock_timestamp() - interval '1 day'
                  AND i.name <> ?
                  AND NOT EXISTS (SELECT FROM ${prefix}outbox_lease AS l WHERE l.owner = i.name)
            )
            SELECT l.slot, l.owner, l.epoch,
                CASE
                    WHEN r.slot IS NOT NULL THEN false
                    WHEN a.slot IS NOT NULL AND l.owner = ? THEN true
                    ELSE l.owner IS NULL OR l.expires_at <= clock_timestamp()
                END,
                NULL AS name, NULL::boolean, NULL
            FROM ${prefix}outbox_lease AS l
            LEFT JOIN asked AS a ON a.slot = l.slot AND a.epoch = l.epoch
            LEFT JOIN renewed AS r ON r.slot = l.slot
            UNION ALL
            SELECT NULL, NULL, NULL, NULL, i.name, i.expires_at > clock_timestamp(), i.marker
            FROM ${prefix}outbox_instance AS i
            WHERE i.name <> ?
            UNION ALL
            SELECT NULL, NULL, NULL, NULL, me.name, true, i.marker
            FROM (VALUES (?::text)) AS me(name)
            LEFT JOIN ${prefix}outbox_instance AS i ON i.name = me.name
            ORDER BY slot, name
            """;

    @Override
    public Optional<String> renew() {
        return Optional.of(RENEW);
    }

    @Override
    public String lock() {
        return """
            SELECT slot, owner, epoch, owner IS NULL OR expires_at <= clock_timestamp()
            FROM ${prefix}outbox_lease
            WHERE slot = ANY (?::integer[])
            ORDER BY slot
            FOR UPDATE
            """;
    }

    @Override
    public String lockFree() {
        return """
            SELECT slot, owner, epoch, owner IS NULL OR expires_at <= clock_timestamp()
            FROM ${prefix}outbox_lease
            WHERE slot = ANY (?::integer[])
            ORDER BY slot
            FOR UPDATE SKIP LOCKED
            """;
    }

    @Override
    public String hold() {
        return """
            UPDATE ${prefix}outbox_lease AS l
            SET owner = n.owner, epoch = n.epoch, expires_at = clock_timestamp() + n.micros * interval '1 microsecond'
            FROM unnest(?::text[], ?::bigint[], ?::bigint[], ?::integer[]) AS n(owner, epoch, micros, slot)
            WHERE l.slot = ANY (ARRAY[n.slot])
            """;
    }

    @Override
    public String release() {
        return """
            UPDATE ${prefix}outbox_lease SET owner = NULL, expires_at = NULL WHERE slot = ANY (?::integer[])
            """;
    }

    @Override
    public String slotsOf() {
        return """
            SELECT slot FROM ${prefix}outbox_lease WHERE owner = ?
            """;
    }

    @Override
    public String announce() {
        return """
            INSERT INTO ${prefix}outbox_instance (name, expires_at)
            VALUES (?, clock_timestamp() + ?::bigint * interval '1 microsecond')
            ON CONFLICT (name) DO UPDATE SET expires_at = excluded.expires_at
            """;
    }

    @Override
    public String forgetLongExpired() {
        return """
            DELETE FROM ${prefix}outbox_instance AS i
            WHERE i.expires_at < clock_timestamp() - interval '1 day'
              AND NOT EXISTS (SELECT FROM ${prefix}outbox_lease AS l WHERE l.owner = i.name)
            """;
    }

    @Override
    public String forget() {
        return """
            DELETE FROM ${prefix}outbox_instance WHERE name = ?
            """;
    }

    @Override
    public String mark() {
        return """
            UPDATE ${prefix}outbox_instance SET marker = ? WHERE name = ?
            """;
    }

    @Override
    public String readLeases() {
        return """
            SELECT slot, owner, epoch, owner IS NULL OR expires_at <= clock_timestamp()
            FROM ${prefix}outbox_lease
            ORDER BY slot
            """;
    }

    @Override
    public String readInstances() {
        return """
            SELECT name, expires_at > clock_timestamp(), marker FROM ${prefix}outbox_instance ORDER BY name
            """;
    }
}
