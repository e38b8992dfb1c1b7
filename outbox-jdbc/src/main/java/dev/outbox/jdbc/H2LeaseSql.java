package dev.outbox.jdbc;

import java.util.Optional;

/** H2's {@link LeaseSql}. CURRENT_TIMESTAMP is the time at which the transaction began. */
final class H2LeaseSql implements LeaseSql {
    @Override
    public Optional<String> renew() {
        return Optional.empty();
    }

    @Override
    public String lock() {
        return """
            SELECT slot, owner, epoch, owner IS NULL OR expires_at <= CURRENT_TIMESTAMP(6)
            FROM ${prefix}outbox_lease
            WHERE slot = ?
            FOR UPDATE
            """;
    }

    @Override
    public String lockFree() {
        return """
            SELECT slot, owner, epoch, owner IS NULL OR expires_at <= CURRENT_TIMESTAMP(6)
            FROM ${prefix}outbox_lease
            WHERE slot = ?
            FOR UPDATE SKIP LOCKED
            """;
    }

    @Override
    public String hold() {
        return """
            UPDATE ${prefix}outbox_lease
            SET owner = ?, epoch = ?, expires_at = DATEADD(MICROSECOND, CAST(? AS BIGINT), CURRENT_TIMESTAMP(6))
            WHERE slot = ?
            """;
    }

    @Override
    public String release() {
        return """
            UPDATE ${prefix}outbox_lease SET owner = NULL, expires_at = NULL WHERE slot = ?
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
            MERGE INTO ${prefix}outbox_instance AS i
            USING (VALUES (CAST(? AS VARCHAR), CAST(? AS BIGINT))) AS n(name, micros)
            ON i.name = n.name
            WHEN MATCHED THEN UPDATE SET expires_at = DATEADD(MICROSECOND, n.micros, CURRENT_TIMESTAMP(6))
            WHEN NOT MATCHED THEN INSERT (name, expires_at)
                VALUES (n.name, DATEADD(MICROSECOND, n.micros, CURRENT_TIMESTAMP(6)))
            """;
    }

    @Override
    public String forgetLongExpired() {
        return """
            DELETE FROM ${prefix}outbox_instance i
            WHERE expires_at < DATEADD(DAY, -1, CURRENT_TIMESTAMP(6))
              AND NOT EXISTS (SELECT 1 FROM ${prefix}outbox_lease l WHERE l.owner = i.name)
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
            SELECT slot, owner, epoch, owner IS NULL OR expires_at <= CURRENT_TIMESTAMP(6)
            FROM ${prefix}outbox_lease
            ORDER BY slot
            """;
    }

    @Override
    public String readInstances() {
        return """
            SELECT name, expires_at > CURRENT_TIMESTAMP(6), marker FROM ${prefix}outbox_instance ORDER BY name
            """;
    }
}
