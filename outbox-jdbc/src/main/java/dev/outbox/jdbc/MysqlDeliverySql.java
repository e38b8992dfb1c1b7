package dev.outbox.jdbc;

import java.util.List;

/** MySQL's {@link DeliverySql}. */
final class MysqlDeliverySql implements DeliverySql {
    private final MysqlFlavor flavor;

    MysqlDeliverySql(MysqlFlavor flavor) {
        this.flavor = flavor;
    }

    @Override
    public String blocked() {
        return flavor.fill("""
            SELECT c.consumer, c.destination, c.message_key
            FROM JSON_TABLE(?, '$[*]' COLUMNS (
                    consumer VARCHAR(255) CHARACTER SET utf8mb4 COLLATE ${collation} PATH '$[0]',
                    destination VARCHAR(255) CHARACTER SET utf8mb4 COLLATE ${collation} PATH '$[1]',
                    message_key VARCHAR(255) CHARACTER SET utf8mb4 COLLATE ${collation} PATH '$[2]')) AS c
            WHERE (
                SELECT 1 FROM ${prefix}inbox_parked AS p FORCE INDEX (inbox_parked_key)
                WHERE p.consumer = c.consumer AND p.destination = c.destination AND p.message_key = c.message_key
                LIMIT 1) IS NOT NULL
            """);
    }

    @Override
    public String park() {
        return flavor.fill("""
            INSERT INTO ${prefix}inbox_parked (
                consumer, id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                not_before, payload, created_at, attempts, available_at, lapses, last_delay_micros, last_error)
            SELECT c.consumer, c.id, c.destination, c.message_key, c.type, c.content_type, c.headers, c.correlation_id,
                c.causation_id, c.not_before, FROM_BASE64(c.payload), c.created_at, c.attempts,
                UTC_TIMESTAMP(6) + INTERVAL c.micros MICROSECOND, 0, c.micros, c.error
            FROM JSON_TABLE(?, '$[*]' COLUMNS (
                    consumer VARCHAR(255) CHARACTER SET utf8mb4 COLLATE ${collation} PATH '$[0]',
                    id VARCHAR(255) CHARACTER SET utf8mb4 COLLATE ${collation} PATH '$[1]',
                    destination VARCHAR(255) CHARACTER SET utf8mb4 COLLATE ${collation} PATH '$[2]',
                    message_key VARCHAR(255) CHARACTER SET utf8mb4 COLLATE ${collation} PATH '$[3]',
                    type VARCHAR(255) CHARACTER SET utf8mb4 PATH '$[4]',
                    content_type VARCHAR(255) CHARACTER SET utf8mb4 PATH '$[5]',
                    headers MEDIUMTEXT CHARACTER SET utf8mb4 PATH '$[6]',
                    correlation_id VARCHAR(255) CHARACTER SET utf8mb4 PATH '$[7]',
                    causation_id VARCHAR(255) CHARACTER SET utf8mb4 PATH '$[8]',
                    not_before DATETIME(6) PATH '$[9]',
                    payload LONGTEXT CHARACTER SET utf8mb4 PATH '$[10]',
                    created_at DATETIME(6) PATH '$[11]',
                    attempts INT PATH '$[12]',
                    micros BIGINT PATH '$[13]',
                    error VARCHAR(4000) CHARACTER SET utf8mb4 PATH '$[14]')) AS c
            WHERE NOT EXISTS (
                SELECT 1 FROM ${prefix}inbox_message AS i WHERE i.consumer = c.consumer AND i.message_id = c.id)
            ON DUPLICATE KEY UPDATE lapses = lapses
            """);
    }

    @Override
    public List<String> parkBehind() {
        return List.of(flavor.fill("""
            INSERT INTO ${prefix}inbox_parked (
                consumer, id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                not_before, payload, created_at, attempts, available_at, lapses, last_delay_micros, last_error)
            SELECT c.consumer, c.id, c.destination, c.message_key, c.type, c.content_type, c.headers, c.correlation_id,
                c.causation_id, c.not_before, FROM_BASE64(c.payload), c.created_at, 0,
                NULL,
                0, 0, ''
            FROM JSON_TABLE(?, '$[*]' COLUMNS (
                    ordinal FOR ORDINALITY,
                    consumer VARCHAR(255) CHARACTER SET utf8mb4 COLLATE ${collation} PATH '$[0]',
                    id VARCHAR(255) CHARACTER SET utf8mb4 COLLATE ${collation} PATH '$[1]',
                    destination VARCHAR(255) CHARACTER SET utf8mb4 COLLATE ${collation} PATH '$[2]',
                    message_key VARCHAR(255) CHARACTER SET utf8mb4 COLLATE ${collation} PATH '$[3]',
                    type VARCHAR(255) CHARACTER SET utf8mb4 PATH '$[4]',
                    content_type VARCHAR(255) CHARACTER SET utf8mb4 PATH '$[5]',
                    headers MEDIUMTEXT CHARACTER SET utf8mb4 PATH '$[6]',
                    correlation_id VARCHAR(255) CHARACTER SET utf8mb4 PATH '$[7]',
                    causation_id VARCHAR(255) CHARACTER SET utf8mb4 PATH '$[8]',
                    not_before DATETIME(6) PATH '$[9]',
                    payload LONGTEXT CHARACTER SET utf8mb4 PATH '$[10]',
                    created_at DATETIME(6) PATH '$[11]')) AS c
            WHERE NOT EXISTS (
                SELECT 1 FROM ${prefix}inbox_message AS i WHERE i.consumer = c.consumer AND i.message_id = c.id)
            ORDER BY c.ordinal
            ON DUPLICATE KEY UPDATE lapses = lapses
            """), flavor.fill("""
            UPDATE JSON_TABLE(?, '$[*]' COLUMNS (
                    consumer VARCHAR(255) CHARACTER SET utf8mb4 COLLATE ${collation} PATH '$[0]',
                    id VARCHAR(255) CHARACTER SET utf8mb4 COLLATE ${collation} PATH '$[1]')) AS c
            STRAIGHT_JOIN ${prefix}inbox_parked AS n FORCE INDEX (inbox_parked_message)
              ON n.consumer = c.consumer AND n.id = c.id
            LEFT JOIN ${prefix}inbox_parked AS p FORCE INDEX (inbox_parked_key)
              ON p.consumer = n.consumer AND p.destination = n.destination AND p.message_key = n.message_key
             AND p.number < n.number
            SET n.available_at = UTC_TIMESTAMP(6)
            WHERE n.available_at IS NULL AND p.number IS NULL
            """));
    }

    @Override
    public String lockLast() {
        return flavor.fill("""
            UPDATE (
                SELECT DISTINCT (
                    SELECT l.number
                    FROM ${prefix}inbox_parked AS l FORCE INDEX (inbox_parked_key)
                    WHERE l.consumer = c.consumer AND l.destination = c.destination AND l.message_key = c.message_key
                    ORDER BY l.number DESC
                    LIMIT 1) AS number
                FROM JSON_TABLE(?, '$[*]' COLUMNS (
                    consumer VARCHAR(255) CHARACTER SET utf8mb4 COLLATE ${collation} PATH '$[0]',
                    destination VARCHAR(255) CHARACTER SET utf8mb4 COLLATE ${collation} PATH '$[1]',
                    message_key VARCHAR(255) CHARACTER SET utf8mb4 COLLATE ${collation} PATH '$[2]')) AS c
            ) AS last
            STRAIGHT_JOIN ${prefix}inbox_parked AS p FORCE INDEX (PRIMARY) ON p.number = last.number
            SET p.lapses = p.lapses
            """);
    }

    @Override
    public String claimable() {
        return """
            SELECT /* one by one */ number, TIMESTAMPDIFF(MICROSECOND, '1970-01-01', available_at), lapses > 0 OR claimed_by IS NOT NULL
            FROM ${prefix}inbox_parked AS h FORCE INDEX (inbox_parked_due)
            WHERE consumer = ? AND available_at <= UTC_TIMESTAMP(6)
              AND (claimed_by IS NULL OR claimed_until <= UTC_TIMESTAMP(6))
              AND (message_key IS NULL OR (
                SELECT 1 FROM ${prefix}inbox_parked AS p FORCE INDEX (inbox_parked_key)
                WHERE p.consumer = h.consumer AND p.destination = h.destination AND p.message_key = h.message_key
                  AND p.number < h.number
                LIMIT 1) IS NULL)
            ORDER BY available_at, number
            LIMIT ?
            FOR UPDATE SKIP LOCKED
            """;
    }

    /** The assignments are made in this order; each reads what the ones before it have not changed. */
    @Override
    public String claim() {
        return """
            UPDATE JSON_TABLE(?, '$[*]' COLUMNS (
                    instance VARCHAR(255) CHARACTER SET utf8mb4 PATH '$[0]',
                    micros BIGINT PATH '$[1]',
                    number BIGINT PATH '$[2]')) AS c
            STRAIGHT_JOIN ${prefix}inbox_parked AS p FORCE INDEX (PRIMARY) ON p.number = c.number
            SET p.attempts = p.attempts + CASE WHEN p.claimed_by IS NOT NULL AND p.lapses > 0 THEN 1 ELSE 0 END,
                p.lapses = p.lapses + CASE WHEN p.claimed_by IS NOT NULL THEN 1 ELSE 0 END,
                p.claimed_by = c.instance,
                p.claimed_until = UTC_TIMESTAMP(6) + INTERVAL c.micros MICROSECOND
            """;
    }

    @Override
    public String read() {
        return """
            SELECT p.number, p.consumer, p.attempts, p.lapses > 0,
                TIMESTAMPDIFF(MICROSECOND, p.parked_at, UTC_TIMESTAMP(6)), p.last_delay_micros,
                p.id, p.destination, p.message_key, p.type, p.content_type, p.headers, p.correlation_id, p.causation_id,
                TIMESTAMPDIFF(MICROSECOND, '1970-01-01', p.not_before),
                TIMESTAMPDIFF(MICROSECOND, '1970-01-01', p.created_at),
                p.payload
            FROM JSON_TABLE(?, '$[*]' COLUMNS (number BIGINT PATH '$[0]')) AS c
            STRAIGHT_JOIN ${prefix}inbox_parked AS p FORCE INDEX (PRIMARY) ON p.number = c.number
            """;
    }

    @Override
    public String renew() {
        return flavor.fill("""
            UPDATE JSON_TABLE(?, '$[*]' COLUMNS (
                    micros BIGINT PATH '$[0]',
                    number BIGINT PATH '$[1]',
                    instance VARCHAR(255) CHARACTER SET utf8mb4 COLLATE ${collation} PATH '$[2]')) AS c
            STRAIGHT_JOIN ${prefix}inbox_parked AS p FORCE INDEX (PRIMARY) ON p.number = c.number AND p.claimed_by = c.instance
            SET p.claimed_until = UTC_TIMESTAMP(6) + INTERVAL c.micros MICROSECOND
            """);
    }

    @Override
    public String forget() {
        return """
            UPDATE ${prefix}inbox_parked FORCE INDEX (inbox_parked_claim)
            SET claimed_until = UTC_TIMESTAMP(6)
            WHERE claimed_by = ? AND claimed_until > UTC_TIMESTAMP(6)
            """;
    }

    @Override
    public String unclaim() {
        return flavor.fill("""
            UPDATE JSON_TABLE(?, '$[*]' COLUMNS (
                    number BIGINT PATH '$[0]',
                    instance VARCHAR(255) CHARACTER SET utf8mb4 COLLATE ${collation} PATH '$[1]')) AS c
            STRAIGHT_JOIN ${prefix}inbox_parked AS p FORCE INDEX (PRIMARY) ON p.number = c.number AND p.claimed_by = c.instance
            SET p.claimed_by = NULL, p.claimed_until = NULL, p.available_at = LEAST(p.available_at, UTC_TIMESTAMP(6))
            """);
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
            UPDATE (
                SELECT DISTINCT (
                    SELECT p.number
                    FROM ${prefix}inbox_parked AS p FORCE INDEX (inbox_parked_key)
                    WHERE p.consumer = me.consumer AND p.destination = me.destination
                      AND p.message_key = me.message_key AND p.number > me.number
                    ORDER BY p.number
                    LIMIT 1) AS number
                FROM ${prefix}inbox_parked AS me
                WHERE me.number = ?
            ) AS next
            STRAIGHT_JOIN ${prefix}inbox_parked AS n FORCE INDEX (PRIMARY) ON n.number = next.number
            SET n.available_at = UTC_TIMESTAMP(6)
            WHERE n.available_at IS NULL
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
        return flavor.fill("""
            UPDATE (SELECT ? AS attempts, ? AS micros, ? AS error, ? AS number,
                    CONVERT(? USING utf8mb4) COLLATE ${collation} AS instance) AS c
            STRAIGHT_JOIN ${prefix}inbox_parked AS p FORCE INDEX (PRIMARY) ON p.number = c.number AND p.claimed_by = c.instance
            SET p.attempts = c.attempts, p.available_at = UTC_TIMESTAMP(6) + INTERVAL c.micros MICROSECOND,
                p.last_delay_micros = c.micros, p.last_error = c.error, p.lapses = 0, p.claimed_by = NULL,
                p.claimed_until = NULL
            """);
    }

    @Override
    public String copyToDead() {
        return """
            INSERT INTO ${prefix}outbox_dead_letter (
                consumer, id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                not_before, created_at, payload, reason, attempts, last_error)
            SELECT consumer, id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                not_before, created_at, payload, ?, ?, ?
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
            SELECT c.consumer, c.id, c.destination, c.message_key, c.type, c.content_type, c.headers, c.correlation_id,
                c.causation_id, c.not_before, FROM_BASE64(c.payload), c.created_at, c.reason, c.attempts, c.error
            FROM JSON_TABLE(?, '$[*]' COLUMNS (
                    consumer VARCHAR(255) CHARACTER SET utf8mb4 PATH '$[0]',
                    id VARCHAR(255) CHARACTER SET utf8mb4 PATH '$[1]',
                    destination VARCHAR(255) CHARACTER SET utf8mb4 PATH '$[2]',
                    message_key VARCHAR(255) CHARACTER SET utf8mb4 PATH '$[3]',
                    type VARCHAR(255) CHARACTER SET utf8mb4 PATH '$[4]',
                    content_type VARCHAR(255) CHARACTER SET utf8mb4 PATH '$[5]',
                    headers MEDIUMTEXT CHARACTER SET utf8mb4 PATH '$[6]',
                    correlation_id VARCHAR(255) CHARACTER SET utf8mb4 PATH '$[7]',
                    causation_id VARCHAR(255) CHARACTER SET utf8mb4 PATH '$[8]',
                    not_before DATETIME(6) PATH '$[9]',
                    payload LONGTEXT CHARACTER SET utf8mb4 PATH '$[10]',
                    created_at DATETIME(6) PATH '$[11]',
                    reason VARCHAR(20) CHARACTER SET utf8mb4 PATH '$[12]',
                    attempts INT PATH '$[13]',
                    error VARCHAR(4000) CHARACTER SET utf8mb4 PATH '$[14]')) AS c
            """;
    }

    @Override
    public String nextDue() {
        return """
            SELECT /* each */ TIMESTAMPDIFF(MICROSECOND, UTC_TIMESTAMP(6), available_at)
            FROM ${prefix}inbox_parked AS h FORCE INDEX (inbox_parked_due)
            WHERE consumer = ? AND available_at IS NOT NULL
              AND (claimed_by IS NULL OR claimed_until <= UTC_TIMESTAMP(6))
              AND (message_key IS NULL OR (
                SELECT 1 FROM ${prefix}inbox_parked AS p FORCE INDEX (inbox_parked_key)
                WHERE p.consumer = h.consumer AND p.destination = h.destination AND p.message_key = h.message_key
                  AND p.number < h.number
                LIMIT 1) IS NULL)
            ORDER BY available_at, number
            LIMIT 1
            """;
    }
}
