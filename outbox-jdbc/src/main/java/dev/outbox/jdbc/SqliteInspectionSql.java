package dev.outbox.jdbc;

/** SQLite's {@link InspectionSql}. Its index of the keys holds scheduled rows too, which the search for the next key passes over one by one. */
final class SqliteInspectionSql implements InspectionSql {
    @Override
    public String parkedByReason() {
        return """
            SELECT reason, COUNT(*) FROM (SELECT reason FROM ${prefix}outbox_parked LIMIT ?) GROUP BY reason
            """;
    }

    @Override
    public String deadByReason() {
        return """
            SELECT reason, COUNT(*)
            FROM (SELECT reason FROM ${prefix}outbox_dead_letter LIMIT ?)
            GROUP BY reason
            """;
    }

    @Override
    public String waitingByConsumer() {
        return """
            SELECT consumer, COUNT(*)
            FROM (SELECT consumer FROM ${prefix}inbox_parked LIMIT ?)
            GROUP BY consumer
            """;
    }

    @Override
    public String nextDestination() {
        return """
            SELECT destination
            FROM ${prefix}outbox_parked
            WHERE destination > ? AND blocking = 1
            ORDER BY destination
            LIMIT 1
            """;
    }

    @Override
    public String nextKey() {
        return """
            SELECT message_key
            FROM ${prefix}outbox_parked
            WHERE destination = ? AND message_key > ? AND blocking = 1
            ORDER BY destination, message_key
            LIMIT 1
            """;
    }

    @Override
    public String firstOfKey() {
        return SqliteTime.fill("""
            SELECT p.id, p.type, p.reason, p.attempts, p.last_error,
                p.available_at - ${now},
                ${now} - p.created_at
            FROM ${prefix}outbox_parked p
            WHERE p.destination = ? AND p.message_key = ? AND p.blocking = 1
            ORDER BY p.destination, p.message_key, p.blocking, p.position
            LIMIT 1
            """);
    }

    @Override
    public String countOfKey() {
        return """
            SELECT COUNT(*)
            FROM (
                SELECT 1
                FROM ${prefix}outbox_parked
                WHERE destination = ? AND message_key = ? AND blocking = 1
                LIMIT ?)
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
        return SqliteTime.fill("""
            SELECT p.id, p.type, '', p.attempts, p.last_error,
                p.available_at - ${now},
                ${now} - p.created_at
            FROM ${prefix}inbox_parked p
            WHERE p.consumer = ? AND p.destination = ? AND p.message_key = ?
            ORDER BY p.consumer, p.destination, p.message_key, p.number
            LIMIT 1
            """);
    }

    @Override
    public String countOfConsumersKey() {
        return """
            SELECT COUNT(*)
            FROM (
                SELECT 1
                FROM ${prefix}inbox_parked
                WHERE consumer = ? AND destination = ? AND message_key = ?
                LIMIT ?)
            """;
    }
}
