package dev.outbox.jdbc;

import java.util.Optional;

/** MySQL's {@link LeaseSql}. UTC_TIMESTAMP is the time at which the statement began. */
final class MysqlLeaseSql implements LeaseSql {
    private final MysqlFlavor flavor;

    MysqlLeaseSql(MysqlFlavor flavor) {
        this.flavor = flavor;
    }

    @Override
    public Optional<String> renew() {
        return Optional.empty();
    }

    @Override
    public Optional<String> prolong() {
        return Optional.of(flavor.fill("""
            UPDATE JSON_TABLE(?, '$[*]' COLUMNS (
                    slot INT PATH '$[0]',
                    epoch BIGINT PATH '$[1]',
                    owner VARCHAR(255) CHARACTER SET utf8mb4 PATH '$[2]',
                    micros BIGINT PATH '$[3]')) AS c
            STRAIGHT_JOIN ${prefix}outbox_instance AS i FORCE INDEX (PRIMARY) ON i.name = c.owner COLLATE ${collation}
            STRAIGHT_JOIN ${prefix}outbox_lease AS l FORCE INDEX (PRIMARY)
                ON l.slot = c.slot AND l.epoch = c.epoch AND l.owner = i.name
            SET l.expires_at = UTC_TIMESTAMP(6) + INTERVAL c.micros MICROSECOND,
                i.expires_at = UTC_TIMESTAMP(6) + INTERVAL c.micros MICROSECOND
            """));
    }

    @Override
    public Optional<String> readAll() {
        return Optional.of("""
            SELECT slot, owner, epoch, owner IS NULL OR expires_at <= UTC_TIMESTAMP(6), NULL AS name, NULL, NULL
            FROM ${prefix}outbox_lease
            UNION ALL
            SELECT NULL, NULL, NULL, NULL, name, expires_at > UTC_TIMESTAMP(6), marker
            FROM ${prefix}outbox_instance
            ORDER BY slot, name
            """);
    }

    @Override
    public String lock() {
        return """
            SELECT l.slot, l.owner, l.epoch, l.owner IS NULL OR l.expires_at <= UTC_TIMESTAMP(6)
            FROM JSON_TABLE(?, '$[*]' COLUMNS (slot INT PATH '$[0]')) AS c
            STRAIGHT_JOIN ${prefix}outbox_lease AS l FORCE INDEX (PRIMARY) ON l.slot = c.slot
            FOR UPDATE
            """;
    }

    @Override
    public String lockFree() {
        return """
            SELECT l.slot, l.owner, l.epoch, l.owner IS NULL OR l.expires_at <= UTC_TIMESTAMP(6)
            FROM JSON_TABLE(?, '$[*]' COLUMNS (slot INT PATH '$[0]')) AS c
            STRAIGHT_JOIN ${prefix}outbox_lease AS l FORCE INDEX (PRIMARY) ON l.slot = c.slot
            FOR UPDATE SKIP LOCKED
            """;
    }

    @Override
    public String hold() {
        return """
            UPDATE JSON_TABLE(?, '$[*]' COLUMNS (
                    owner VARCHAR(255) CHARACTER SET utf8mb4 PATH '$[0]',
                    epoch BIGINT PATH '$[1]',
                    micros BIGINT PATH '$[2]',
                    slot INT PATH '$[3]')) AS c
            STRAIGHT_JOIN ${prefix}outbox_lease AS l FORCE INDEX (PRIMARY) ON l.slot = c.slot
            SET l.owner = c.owner, l.epoch = c.epoch, l.expires_at = UTC_TIMESTAMP(6) + INTERVAL c.micros MICROSECOND
            """;
    }

    @Override
    public String release() {
        return """
            UPDATE JSON_TABLE(?, '$[*]' COLUMNS (slot INT PATH '$[0]')) AS c
            STRAIGHT_JOIN ${prefix}outbox_lease AS l FORCE INDEX (PRIMARY) ON l.slot = c.slot
            SET l.owner = NULL, l.expires_at = NULL
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
            SELECT n.name, n.expiry
            FROM (SELECT ? AS name, UTC_TIMESTAMP(6) + INTERVAL ? MICROSECOND AS expiry) AS n
            ON DUPLICATE KEY UPDATE expires_at = n.expiry
            """;
    }

    /** By the index, so that no row is touched that another relay has locked while it announces itself. */
    @Override
    public String forgetLongExpired() {
        return """
            DELETE i
            FROM ${prefix}outbox_instance AS i FORCE INDEX (outbox_instance_expiry)
            WHERE i.expires_at < UTC_TIMESTAMP(6) - INTERVAL 1 DAY
              AND NOT EXISTS (SELECT 1 FROM ${prefix}outbox_lease AS l WHERE l.owner = i.name)
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
            SELECT slot, owner, epoch, owner IS NULL OR expires_at <= UTC_TIMESTAMP(6)
            FROM ${prefix}outbox_lease
            ORDER BY slot
            """;
    }

    @Override
    public String readInstances() {
        return """
            SELECT name, expires_at > UTC_TIMESTAMP(6), marker FROM ${prefix}outbox_instance ORDER BY name
            """;
    }
}
