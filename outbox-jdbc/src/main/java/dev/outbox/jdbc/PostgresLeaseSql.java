package dev.outbox.jdbc;

/** PostgreSQL's {@link LeaseSql}. Times are clock_timestamp(): now() stands still in a transaction that had to wait. */
final class PostgresLeaseSql implements LeaseSql {
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
