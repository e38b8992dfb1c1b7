package dev.outbox.jdbc;

import java.util.Optional;

/** SQLite's {@link LeaseSql}. The lock is that of the database, which a transaction of ours has from its beginning, so no row is ever busy. */
final class SqliteLeaseSql implements LeaseSql {
    @Override
    public Optional<String> renew() {
        return Optional.empty();
    }

    @Override
    public String lock() {
        return SqliteTime.fill("""
            SELECT slot, owner, epoch, owner IS NULL OR expires_at <= ${now}
            FROM ${prefix}outbox_lease
            WHERE slot = ?
            """);
    }

    @Override
    public String lockFree() {
        return SqliteTime.fill("""
            SELECT slot, owner, epoch, owner IS NULL OR expires_at <= ${now}
            FROM ${prefix}outbox_lease
            WHERE slot = ?
            """);
    }

    @Override
    public String hold() {
        return SqliteTime.fill("""
            UPDATE ${prefix}outbox_lease
            SET owner = ?, epoch = ?, expires_at = ${now} + ?
            WHERE slot = ?
            """);
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
        return SqliteTime.fill("""
            INSERT INTO ${prefix}outbox_instance (name, expires_at) VALUES (?, ${now} + ?)
            ON CONFLICT (name) DO UPDATE SET expires_at = excluded.expires_at
            """);
    }

    @Override
    public String forgetLongExpired() {
        return SqliteTime.fill("""
            DELETE FROM ${prefix}outbox_instance AS i
            WHERE expires_at < ${now} - 86400000000
              AND NOT EXISTS (SELECT 1 FROM ${prefix}outbox_lease l WHERE l.owner = i.name)
            """);
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
        return SqliteTime.fill("""
            SELECT slot, owner, epoch, owner IS NULL OR expires_at <= ${now}
            FROM ${prefix}outbox_lease
            ORDER BY slot
            """);
    }

    @Override
    public String readInstances() {
        return SqliteTime.fill("""
            SELECT name, expires_at > ${now}, marker FROM ${prefix}outbox_instance ORDER BY name
            """);
    }
}
