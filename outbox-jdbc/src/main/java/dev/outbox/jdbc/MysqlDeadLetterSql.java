package dev.outbox.jdbc;

import dev.outbox.spi.DeadLetterQuery;
import java.sql.SQLException;
import java.util.List;

/** MySQL's {@link DeadLetterSql}. */
final class MysqlDeadLetterSql implements DeadLetterSql {
    private static final String IN_ORDER = "FORCE INDEX (PRIMARY)";
    private static final int NO_SUCH_INDEX = 1176;

    private final MysqlFlavor flavor;

    MysqlDeadLetterSql(MysqlFlavor flavor) {
        this.flavor = flavor;
    }

    @Override
    public List<String> buryHot() {
        return List.of(flavor.fill("""
            INSERT INTO ${prefix}outbox_dead_letter (
                consumer, id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                not_before, created_at, payload, reason, attempts, last_error)
            SELECT '', m.id, m.destination, m.message_key, m.type, m.content_type, m.headers, m.correlation_id,
                m.causation_id, m.not_before, m.created_at, m.payload, c.reason, c.attempts, c.error
            FROM JSON_TABLE(?, '$[*]' COLUMNS (
                    reason VARCHAR(20) CHARACTER SET utf8mb4 PATH '$[0]',
                    attempts INT PATH '$[1]',
                    error VARCHAR(4000) CHARACTER SET utf8mb4 PATH '$[2]',
                    slot INT PATH '$[3]',
                    position BIGINT PATH '$[4]',
                    id VARCHAR(255) CHARACTER SET utf8mb4 COLLATE ${collation} PATH '$[5]')) AS c
            STRAIGHT_JOIN ${prefix}outbox_message AS m FORCE INDEX (PRIMARY) ON m.slot = c.slot AND m.position = c.position AND m.id = c.id
            ORDER BY m.position
            FOR UPDATE
            """), flavor.fill("""
            DELETE m
            FROM JSON_TABLE(?, '$[*]' COLUMNS (
                    slot INT PATH '$[3]',
                    position BIGINT PATH '$[4]',
                    id VARCHAR(255) CHARACTER SET utf8mb4 COLLATE ${collation} PATH '$[5]')) AS c
            STRAIGHT_JOIN ${prefix}outbox_message AS m FORCE INDEX (PRIMARY) ON m.slot = c.slot AND m.position = c.position AND m.id = c.id
            """));
    }

    @Override
    public List<String> buryParked() {
        return List.of(flavor.fill("""
            INSERT INTO ${prefix}outbox_dead_letter (
                consumer, id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                not_before, created_at, payload, reason, attempts, last_error)
            SELECT '', p.id, p.destination, p.message_key, p.type, p.content_type, p.headers, p.correlation_id,
                p.causation_id, p.not_before, p.created_at, p.payload, c.reason, c.attempts, c.error
            FROM JSON_TABLE(?, '$[*]' COLUMNS (
                    reason VARCHAR(20) CHARACTER SET utf8mb4 PATH '$[0]',
                    attempts INT PATH '$[1]',
                    error VARCHAR(4000) CHARACTER SET utf8mb4 PATH '$[2]',
                    slot INT PATH '$[3]',
                    position BIGINT PATH '$[4]',
                    id VARCHAR(255) CHARACTER SET utf8mb4 COLLATE ${collation} PATH '$[5]')) AS c
            STRAIGHT_JOIN ${prefix}outbox_parked AS p FORCE INDEX (PRIMARY) ON p.slot = c.slot AND p.position = c.position AND p.id = c.id
            ORDER BY p.position
            FOR UPDATE
            """), flavor.fill("""
            DELETE p
            FROM JSON_TABLE(?, '$[*]' COLUMNS (
                    slot INT PATH '$[3]',
                    position BIGINT PATH '$[4]',
                    id VARCHAR(255) CHARACTER SET utf8mb4 COLLATE ${collation} PATH '$[5]')) AS c
            STRAIGHT_JOIN ${prefix}outbox_parked AS p FORCE INDEX (PRIMARY) ON p.slot = c.slot AND p.position = c.position AND p.id = c.id
            """));
    }

    @Override
    public String list() {
        return flavor.fill("""
            SELECT d.number, d.consumer, d.reason, d.attempts, d.last_error,
                TIMESTAMPDIFF(MICROSECOND, '1970-01-01', d.died_at),
                d.id, d.destination, d.message_key, d.type, d.content_type, d.headers, d.correlation_id, d.causation_id,
                TIMESTAMPDIFF(MICROSECOND, '1970-01-01', d.not_before),
                TIMESTAMPDIFF(MICROSECOND, '1970-01-01', d.created_at),
                d.payload
            FROM (SELECT ? AS above, ? AS number,
                    CONVERT(? USING utf8mb4) COLLATE ${collation} AS id,
                    CONVERT(? USING utf8mb4) COLLATE ${collation} AS destination,
                    CONVERT(? USING utf8mb4) COLLATE ${collation} AS message_key,
                    CONVERT(? USING utf8mb4) COLLATE ${collation} AS type,
                    CONVERT(? USING utf8mb4) COLLATE ${collation} AS consumer,
                    ? AS age) AS q
            STRAIGHT_JOIN ${prefix}outbox_dead_letter AS d FORCE INDEX (PRIMARY) ON d.number > q.above
            WHERE (q.number IS NULL OR d.number = q.number)
              AND (q.id IS NULL OR d.id = q.id)
              AND (q.destination IS NULL OR d.destination = q.destination)
              AND (q.message_key IS NULL OR d.message_key = q.message_key)
              AND (q.type IS NULL OR d.type = q.type)
              AND (q.consumer IS NULL OR d.consumer = q.consumer)
              AND (q.age IS NULL OR d.died_at < UTC_TIMESTAMP(6) - INTERVAL q.age MICROSECOND)
            ORDER BY d.number
            LIMIT ?
            """);
    }

    @Override
    public String count() {
        return flavor.fill("""
            SELECT COUNT(*)
            FROM (SELECT ? AS above, ? AS number,
                    CONVERT(? USING utf8mb4) COLLATE ${collation} AS id,
                    CONVERT(? USING utf8mb4) COLLATE ${collation} AS destination,
                    CONVERT(? USING utf8mb4) COLLATE ${collation} AS message_key,
                    CONVERT(? USING utf8mb4) COLLATE ${collation} AS type,
                    CONVERT(? USING utf8mb4) COLLATE ${collation} AS consumer,
                    ? AS age) AS q
            STRAIGHT_JOIN ${prefix}outbox_dead_letter AS d FORCE INDEX (PRIMARY) ON d.number > q.above
            WHERE (q.number IS NULL OR d.number = q.number)
              AND (q.id IS NULL OR d.id = q.id)
              AND (q.destination IS NULL OR d.destination = q.destination)
              AND (q.message_key IS NULL OR d.message_key = q.message_key)
              AND (q.type IS NULL OR d.type = q.type)
              AND (q.consumer IS NULL OR d.consumer = q.consumer)
              AND (q.age IS NULL OR d.died_at < UTC_TIMESTAMP(6) - INTERVAL q.age MICROSECOND)
            """);
    }

    @Override
    public String lock() {
        return flavor.fill("""
            SELECT d.number, d.consumer, d.destination, d.message_key, d.id
            FROM (SELECT ? AS above, ? AS number,
                    CONVERT(? USING utf8mb4) COLLATE ${collation} AS id,
                    CONVERT(? USING utf8mb4) COLLATE ${collation} AS destination,
                    CONVERT(? USING utf8mb4) COLLATE ${collation} AS message_key,
                    CONVERT(? USING utf8mb4) COLLATE ${collation} AS type,
                    CONVERT(? USING utf8mb4) COLLATE ${collation} AS consumer,
                    ? AS age) AS q
            STRAIGHT_JOIN ${prefix}outbox_dead_letter AS d FORCE INDEX (PRIMARY) ON d.number > q.above
            WHERE (q.number IS NULL OR d.number = q.number)
              AND (q.id IS NULL OR d.id = q.id)
              AND (q.destination IS NULL OR d.destination = q.destination)
              AND (q.message_key IS NULL OR d.message_key = q.message_key)
              AND (q.type IS NULL OR d.type = q.type)
              AND (q.consumer IS NULL OR d.consumer = q.consumer)
              AND (q.age IS NULL OR d.died_at < UTC_TIMESTAMP(6) - INTERVAL q.age MICROSECOND)
            ORDER BY d.number
            LIMIT ?
            FOR UPDATE
            """);
    }

    /**
     * Without another index letters are read in the order of their numbers, up to the limit: so are those of a destination, of which there may be very many to sort, and to lock. What the query leaves open
     * is no condition any more when the plan is made, because its parameters are a table of one row.
     */
    @Override
    public String planned(String sql, DeadLetterQuery query) {
        if (query.number().isPresent()) {
            return sql;
        }
        if (query.messageId().isPresent()) {
            return sql.replace(IN_ORDER, "FORCE INDEX (outbox_dead_letter_id)");
        }
        return query.destination().isPresent() && query.key().isPresent()
                ? sql.replace(IN_ORDER, "FORCE INDEX (outbox_dead_letter_key)")
                : sql;
    }

    /** Version 1 of the tables has no index on keys. */
    @Override
    public boolean isUnplanned(SQLException failure) {
        return failure.getErrorCode() == NO_SUCH_INDEX;
    }

    @Override
    public String copyToOutbox() {
        return """
            INSERT INTO ${prefix}outbox_message (
                slot, id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                created_at, payload)
            SELECT c.slot, d.id, d.destination, d.message_key, d.type, d.content_type, d.headers, d.correlation_id,
                d.causation_id, d.created_at, d.payload
            FROM JSON_TABLE(?, '$[*]' COLUMNS (
                    slot INT PATH '$[0]', number BIGINT PATH '$[1]', ordinal FOR ORDINALITY)) AS c
            STRAIGHT_JOIN ${prefix}outbox_dead_letter AS d FORCE INDEX (PRIMARY) ON d.number = c.number
            ORDER BY c.ordinal
            """;
    }

    @Override
    public List<String> copyToInbox() {
        return List.of("""
            INSERT INTO ${prefix}inbox_parked (
                consumer, id, destination, message_key, type, content_type, headers, correlation_id, causation_id,
                not_before, created_at, payload, attempts, lapses, last_delay_micros, last_error, available_at)
            SELECT d.consumer, d.id, d.destination, d.message_key, d.type, d.content_type, d.headers, d.correlation_id,
                d.causation_id, d.not_before, d.created_at, d.payload, 0, 0, 0, d.last_error, NULL
            FROM JSON_TABLE(?, '$[*]' COLUMNS (number BIGINT PATH '$[0]', ordinal FOR ORDINALITY)) AS c
            STRAIGHT_JOIN ${prefix}outbox_dead_letter AS d FORCE INDEX (PRIMARY) ON d.number = c.number
            ORDER BY c.ordinal
            ON DUPLICATE KEY UPDATE lapses = lapses
            """, """
            UPDATE JSON_TABLE(?, '$[*]' COLUMNS (number BIGINT PATH '$[0]')) AS c
            STRAIGHT_JOIN ${prefix}outbox_dead_letter AS d FORCE INDEX (PRIMARY) ON d.number = c.number
            STRAIGHT_JOIN ${prefix}inbox_parked AS n FORCE INDEX (inbox_parked_message)
              ON n.consumer = d.consumer AND n.id = d.id
            LEFT JOIN ${prefix}inbox_parked AS p FORCE INDEX (inbox_parked_key)
              ON p.consumer = n.consumer AND p.destination = n.destination AND p.message_key = n.message_key
             AND p.number < n.number
            SET n.available_at = UTC_TIMESTAMP(6)
            WHERE n.available_at IS NULL AND p.number IS NULL
            """);
    }

    @Override
    public String forgetHandled() {
        return """
            DELETE i
            FROM JSON_TABLE(?, '$[*]' COLUMNS (number BIGINT PATH '$[0]')) AS c
            STRAIGHT_JOIN ${prefix}outbox_dead_letter AS d FORCE INDEX (PRIMARY) ON d.number = c.number
            STRAIGHT_JOIN ${prefix}inbox_message AS i FORCE INDEX (PRIMARY) ON i.consumer = d.consumer AND i.message_id = d.id
            WHERE i.state = 'DEAD'
            """;
    }

    @Override
    public String delete() {
        return """
            DELETE d
            FROM JSON_TABLE(?, '$[*]' COLUMNS (number BIGINT PATH '$[0]')) AS c
            STRAIGHT_JOIN ${prefix}outbox_dead_letter AS d FORCE INDEX (PRIMARY) ON d.number = c.number
            """;
    }
}
