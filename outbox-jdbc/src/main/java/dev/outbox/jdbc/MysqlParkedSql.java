package dev.outbox.jdbc;

import java.util.List;

/**
 * MySQL's {@link ParkedSql}. There is no DELETE that an INSERT could read from: a move locks the rows and inserts them in one statement, and deletes the same rows in
 * the next. What an UPDATE finds out about its own table stands in a derived table, which it could not read otherwise.
 */
final class MysqlParkedSql implements ParkedSql {
    private final MysqlFlavor flavor;

    MysqlParkedSql(MysqlFlavor flavor) {
        this.flavor = flavor;
    }

    @Override
    public List<String> park() {
        return List.of(flavor.fill("""
            INSERT INTO ${prefix}outbox_parked (
                slot, position, id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                not_before, created_at, payload, reason, blocking, attempts, last_delay_micros, last_error,
                first_failed_at, available_at)
            SELECT
                m.slot, m.position, m.id, m.destination, m.message_key, m.type, m.content_type, m.headers,
                m.correlation_id, m.causation_id, m.not_before, m.created_at, m.payload,
                c.reason, c.reason <> 'SCHEDULED', c.attempts, c.micros, c.error,
                CASE WHEN c.attempts > 0 THEN UTC_TIMESTAMP(6) END,
                CASE
                    WHEN c.reason = 'SCHEDULED'
                        THEN GREATEST(UTC_TIMESTAMP(6), COALESCE(m.not_before, UTC_TIMESTAMP(6)))
                    WHEN c.reason <> 'BEHIND' THEN UTC_TIMESTAMP(6) + INTERVAL c.micros MICROSECOND
                END
            FROM JSON_TABLE(?, '$[*]' COLUMNS (
                    slot INT PATH '$[0]',
                    position BIGINT PATH '$[1]',
                    id VARCHAR(255) CHARACTER SET utf8mb4 COLLATE ${collation} PATH '$[2]',
                    reason VARCHAR(20) CHARACTER SET utf8mb4 COLLATE ${collation} PATH '$[3]',
                    attempts INT PATH '$[4]',
                    micros BIGINT PATH '$[5]',
                    error VARCHAR(4000) CHARACTER SET utf8mb4 PATH '$[6]')) AS c
            STRAIGHT_JOIN ${prefix}outbox_message AS m FORCE INDEX (PRIMARY) ON m.slot = c.slot AND m.position = c.position AND m.id = c.id
            FOR UPDATE
            """), flavor.fill("""
            DELETE m
            FROM JSON_TABLE(?, '$[*]' COLUMNS (
                    slot INT PATH '$[0]',
                    position BIGINT PATH '$[1]',
                    id VARCHAR(255) CHARACTER SET utf8mb4 COLLATE ${collation} PATH '$[2]')) AS c
            STRAIGHT_JOIN ${prefix}outbox_message AS m FORCE INDEX (PRIMARY) ON m.slot = c.slot AND m.position = c.position AND m.id = c.id
            """), flavor.fill("""
            UPDATE JSON_TABLE(?, '$[*]' COLUMNS (
                    slot INT PATH '$[0]',
                    position BIGINT PATH '$[1]',
                    id VARCHAR(255) CHARACTER SET utf8mb4 COLLATE ${collation} PATH '$[2]',
                    reason VARCHAR(20) CHARACTER SET utf8mb4 COLLATE ${collation} PATH '$[3]')) AS c
            STRAIGHT_JOIN ${prefix}outbox_parked AS n FORCE INDEX (PRIMARY) ON n.slot = c.slot AND n.position = c.position AND n.id = c.id
            LEFT JOIN ${prefix}outbox_parked AS p FORCE INDEX (outbox_parked_key)
              ON p.destination = n.destination AND p.message_key = n.message_key AND p.blocking = 1
             AND p.position < n.position
            SET n.available_at = GREATEST(UTC_TIMESTAMP(6), COALESCE(n.not_before, UTC_TIMESTAMP(6)))
            WHERE c.reason = 'BEHIND' AND n.available_at IS NULL AND p.slot IS NULL
            """));
    }

    @Override
    public String reschedule() {
        return flavor.fill("""
            UPDATE JSON_TABLE(?, '$[*]' COLUMNS (
                    reason VARCHAR(20) CHARACTER SET utf8mb4 PATH '$[0]',
                    attempts INT PATH '$[1]',
                    micros BIGINT PATH '$[2]',
                    error VARCHAR(4000) CHARACTER SET utf8mb4 PATH '$[3]',
                    slot INT PATH '$[4]',
                    position BIGINT PATH '$[5]',
                    id VARCHAR(255) CHARACTER SET utf8mb4 COLLATE ${collation} PATH '$[6]')) AS c
            STRAIGHT_JOIN ${prefix}outbox_parked AS p FORCE INDEX (PRIMARY) ON p.slot = c.slot AND p.position = c.position AND p.id = c.id
            SET p.reason = c.reason, p.blocking = 1, p.attempts = c.attempts,
                p.available_at = UTC_TIMESTAMP(6) + INTERVAL c.micros MICROSECOND,
                p.last_delay_micros = c.micros, p.last_error = c.error,
                p.first_failed_at = COALESCE(p.first_failed_at, CASE WHEN c.attempts > 0 THEN UTC_TIMESTAMP(6) END)
            """);
    }

    @Override
    public String promoteNext() {
        return flavor.fill("""
            UPDATE (
                SELECT DISTINCT me.destination, me.message_key, (
                    SELECT p.position
                    FROM ${prefix}outbox_parked AS p FORCE INDEX (outbox_parked_key)
                    WHERE p.destination = me.destination AND p.message_key = me.message_key
                      AND p.blocking = 1 AND p.position > me.position
                    ORDER BY p.position
                    LIMIT 1) AS position
                FROM JSON_TABLE(?, '$[*]' COLUMNS (
                        slot INT PATH '$[0]',
                        position BIGINT PATH '$[1]',
                        id VARCHAR(255) CHARACTER SET utf8mb4 COLLATE ${collation} PATH '$[2]')) AS c
                STRAIGHT_JOIN ${prefix}outbox_parked AS me FORCE INDEX (PRIMARY)
                  ON me.slot = c.slot AND me.position = c.position AND me.id = c.id AND me.blocking = 1
            ) AS next
            STRAIGHT_JOIN ${prefix}outbox_parked AS n FORCE INDEX (outbox_parked_key)
              ON n.destination = next.destination AND n.message_key = next.message_key AND n.blocking = 1
             AND n.position = next.position
            SET n.available_at = GREATEST(UTC_TIMESTAMP(6), COALESCE(n.not_before, UTC_TIMESTAMP(6)))
            WHERE n.available_at IS NULL
            """);
    }

    @Override
    public String delete() {
        return flavor.fill("""
            DELETE p
            FROM JSON_TABLE(?, '$[*]' COLUMNS (
                    slot INT PATH '$[0]',
                    position BIGINT PATH '$[1]',
                    id VARCHAR(255) CHARACTER SET utf8mb4 COLLATE ${collation} PATH '$[2]')) AS c
            STRAIGHT_JOIN ${prefix}outbox_parked AS p FORCE INDEX (PRIMARY) ON p.slot = c.slot AND p.position = c.position AND p.id = c.id
            """);
    }

    @Override
    public List<String> enqueue() {
        return List.of(flavor.fill("""
            INSERT INTO ${prefix}outbox_message (
                slot, id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                created_at, payload)
            SELECT p.slot, p.id, p.destination, p.message_key, p.type, p.content_type, p.headers, p.correlation_id,
                p.causation_id, p.created_at, p.payload
            FROM JSON_TABLE(?, '$[*]' COLUMNS (
                    slot INT PATH '$[0]',
                    position BIGINT PATH '$[1]',
                    id VARCHAR(255) CHARACTER SET utf8mb4 COLLATE ${collation} PATH '$[2]')) AS c
            STRAIGHT_JOIN ${prefix}outbox_parked AS p FORCE INDEX (PRIMARY) ON p.slot = c.slot AND p.position = c.position AND p.id = c.id
            WHERE p.reason = 'SCHEDULED'
            ORDER BY p.position
            FOR UPDATE
            """), flavor.fill("""
            DELETE p
            FROM JSON_TABLE(?, '$[*]' COLUMNS (
                    slot INT PATH '$[0]',
                    position BIGINT PATH '$[1]',
                    id VARCHAR(255) CHARACTER SET utf8mb4 COLLATE ${collation} PATH '$[2]')) AS c
            STRAIGHT_JOIN ${prefix}outbox_parked AS p FORCE INDEX (PRIMARY) ON p.slot = c.slot AND p.position = c.position AND p.id = c.id
            WHERE p.reason = 'SCHEDULED'
            """));
    }

    @Override
    public String releaseStranded() {
        return """
            UPDATE JSON_TABLE(?, '$[*]' COLUMNS (slot INT PATH '$[0]')) AS c
            STRAIGHT_JOIN ${prefix}outbox_parked AS n FORCE INDEX (outbox_parked_due)
              ON n.slot = c.slot AND n.available_at IS NULL
            LEFT JOIN ${prefix}outbox_parked AS p FORCE INDEX (outbox_parked_key)
              ON p.destination = n.destination AND p.message_key = n.message_key AND p.blocking = 1
             AND p.position < n.position
            SET n.available_at = UTC_TIMESTAMP(6)
            WHERE p.slot IS NULL
            """;
    }

    @Override
    public String dueHeads() {
        return """
            SELECT /* each */ slot, position, id, TIMESTAMPDIFF(MICROSECOND, '1970-01-01', available_at),
                OCTET_LENGTH(payload), destination, CASE WHEN blocking AND attempts = 0 THEN message_key END
            FROM ${prefix}outbox_parked AS h FORCE INDEX (outbox_parked_due)
            WHERE slot = ? AND available_at <= UTC_TIMESTAMP(6)
              AND position NOT IN (
                SELECT u.held FROM JSON_TABLE(?, '$[*]' COLUMNS (held BIGINT PATH '$')) AS u)
              AND NOT (blocking AND message_key IS NOT NULL AND (
                SELECT 1 FROM ${prefix}outbox_parked AS p FORCE INDEX (outbox_parked_key)
                WHERE p.destination = h.destination AND p.message_key = h.message_key
                  AND p.blocking = 1 AND p.position < h.position
                LIMIT 1) IS NOT NULL)
            ORDER BY available_at, position
            LIMIT ?
            """;
    }

    @Override
    public String followers() {
        return """
            SELECT /* each */ slot, position, id, OCTET_LENGTH(payload), destination, message_key
            FROM ${prefix}outbox_parked FORCE INDEX (outbox_parked_key)
            WHERE slot = ? AND destination = ? AND message_key = ? AND position > ? AND blocking = 1
            ORDER BY position
            LIMIT ?
            """;
    }

    @Override
    public String read() {
        return flavor.fill("""
            SELECT p.slot, p.position, p.reason, p.attempts,
                COALESCE(TIMESTAMPDIFF(MICROSECOND, p.first_failed_at, UTC_TIMESTAMP(6)), 0), p.last_delay_micros,
                p.id, p.destination, p.message_key, p.type, p.content_type, p.headers, p.correlation_id, p.causation_id,
                TIMESTAMPDIFF(MICROSECOND, '1970-01-01', p.not_before),
                TIMESTAMPDIFF(MICROSECOND, '1970-01-01', p.created_at),
                p.payload
            FROM JSON_TABLE(?, '$[*]' COLUMNS (
                    slot INT PATH '$[0]',
                    position BIGINT PATH '$[1]',
                    id VARCHAR(255) CHARACTER SET utf8mb4 COLLATE ${collation} PATH '$[2]')) AS c
            STRAIGHT_JOIN ${prefix}outbox_parked AS p FORCE INDEX (PRIMARY) ON p.slot = c.slot AND p.position = c.position AND p.id = c.id
            """);
    }

    @Override
    public String nextDue() {
        return """
            SELECT /* each */ TIMESTAMPDIFF(MICROSECOND, UTC_TIMESTAMP(6), available_at)
            FROM ${prefix}outbox_parked AS h FORCE INDEX (outbox_parked_due)
            WHERE slot = ? AND available_at > UTC_TIMESTAMP(6)
              AND NOT (blocking AND message_key IS NOT NULL AND (
                SELECT 1 FROM ${prefix}outbox_parked AS p FORCE INDEX (outbox_parked_key)
                WHERE p.destination = h.destination AND p.message_key = h.message_key
                  AND p.blocking = 1 AND p.position < h.position
                LIMIT 1) IS NOT NULL)
            ORDER BY available_at, position
            LIMIT 1
            """;
    }

    @Override
    public String pending() {
        return """
            SELECT COUNT(*) FROM (SELECT 1 FROM ${prefix}outbox_message LIMIT ?) AS m
            """;
    }

    @Override
    public String depth() {
        return """
            SELECT
                (SELECT COUNT(*) FROM (SELECT 1 FROM ${prefix}outbox_message LIMIT ?) AS m),
                (SELECT COUNT(*) FROM (SELECT 1 FROM ${prefix}outbox_parked LIMIT ?) AS p),
                (SELECT COUNT(*) FROM (SELECT 1 FROM ${prefix}outbox_dead_letter LIMIT ?) AS d),
                (SELECT TIMESTAMPDIFF(MICROSECOND, MIN((
                        SELECT m.created_at FROM ${prefix}outbox_message AS m WHERE m.slot = s.slot
                        ORDER BY m.position LIMIT 1)), UTC_TIMESTAMP(6))
                    FROM ${prefix}outbox_lease AS s)
            """;
    }
}
