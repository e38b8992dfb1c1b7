package dev.outbox.jdbc;

/** PostgreSQL's {@link InspectionSql}. */
final class PostgresInspectionSql implements InspectionSql {
    @Override
    public String parkedByReason() {
        return """
            SELECT p.reason, count(*) FROM (SELECT reason FROM ${prefix}outbox_parked LIMIT ?) AS p GROUP BY p.reason
            """;
    }

    @Override
    public String deadByReason() {
        return """
            SELECT d.reason, count(*) FROM (SELECT reason FROM ${prefix}outbox_dead_letter LIMIT ?) AS d GROUP BY d.reason
            """;
    }

    @Override
    public String waitingByConsumer() {
        return """
            SELECT p.consumer, count(*) FROM (SELECT consumer FROM ${prefix}inbox_parked LIMIT ?) AS p GROUP BY p.consumer
            """;
    }

    @Override
    public String nextDestination() {
        return """
            SELECT destination
            FROM ${prefix}outbox_parked
            WHERE blocking AND destination > ?
            ORDER BY destination
            LIMIT 1
            """;
    }

    @Override
    public String nextKey() {
        return """
            SELECT message_key
            FROM ${prefix}outbox_parked
            WHERE blocking AND destination = ? AND message_key > ?
            ORDER BY destination, message_key
            LIMIT 1
            """;
    }

    @Override
    public String firstOfKey() {
        return """
            SELECT p.id, p.type, p.reason, p.attempts, p.last_error,
                CASE WHEN isfinite(p.available_at) THEN least(date_part('epoch', p.available_at - clock_timestamp()) * 1000000, 9e18)::bigint END,
                CASE WHEN isfinite(p.created_at) THEN least(date_part('epoch', clock_timestamp() - p.created_at) * 1000000, 9e18)::bigint END
            FROM ${prefix}outbox_parked AS p
            WHERE p.blocking AND p.destination = ? AND p.message_key = ?
            ORDER BY p.destination, p.message_key, p.position
            LIMIT 1
            """;
    }

    @Override
    public String countOfKey() {
        return """
            SELECT count(*)
            FROM (
                SELECT FROM ${prefix}outbox_parked WHERE blocking AND destination = ? AND message_key = ? LIMIT ?
            ) AS p
            """;
    }

    @Override
    public String nextConsumer() {
        return """
            SELECT consumer FROM ${prefix}inbox_parked WHERE consumer > ? ORDER BY consumer LIMIT 1
            """;
    }

    @Override
    public String nextDestinationOfConsumer() {
        return """
            SELECT destination
            FROM ${prefix}inbox_parked
            WHERE consumer = ? AND destination > ?
            ORDER BY consumer, destination
            LIMIT 1
            """;
    }

    @Override
    public String nextKeyOfConsumer() {
        return """
            SELECT message_key
            FROM ${prefix}inbox_parked
            WHERE consumer = ? AND destination = ? AND message_key > ?
            ORDER BY consumer, destination, message_key
            LIMIT 1
            """;
    }

    @Override
    public String firstOfConsumersKey() {
        return """
            SELECT p.id, p.type, '', p.attempts, p.last_error,
                CASE WHEN isfinite(p.available_at) THEN least(date_part('epoch', p.available_at - clock_timestamp()) * 1000000, 9e18)::bigint END,
                CASE WHEN isfinite(p.created_at) THEN least(date_part('epoch', clock_timestamp() - p.created_at) * 1000000, 9e18)::bigint END
            FROM ${prefix}inbox_parked AS p
            WHERE p.consumer = ? AND p.destination = ? AND p.message_key = ?
            ORDER BY p.consumer, p.destination, p.message_key, p.number
            LIMIT 1
            """;
    }

    @Override
    public String countOfConsumersKey() {
        return """
            SELECT count(*)
            FROM (
                SELECT FROM ${prefix}inbox_parked
                WHERE consumer = ? AND destination = ? AND message_key = ?
                LIMIT ?
            ) AS p
            """;
    }
}
