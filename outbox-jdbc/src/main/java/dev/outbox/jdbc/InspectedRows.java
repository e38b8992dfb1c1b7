package dev.outbox.jdbc;

import dev.outbox.spi.DeadReason;
import dev.outbox.spi.ParkReason;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What an {@link Inspection} reads. */
final class InspectedRows {
    private final String parkedByReason;
    private final String deadByReason;
    private final String waitingByConsumer;
    private final String nextDestination;
    private final String nextKey;
    private final String firstOfKey;
    private final String countOfKey;
    private final String nextConsumer;
    private final String nextDestinationOfConsumer;
    private final String nextKeyOfConsumer;
    private final String firstOfConsumersKey;
    private final String countOfConsumersKey;

    InspectedRows(InspectionSql sql, Names names) {
        parkedByReason = names.resolve(sql.parkedByReason());
        deadByReason = names.resolve(sql.deadByReason());
        waitingByConsumer = names.resolve(sql.waitingByConsumer());
        nextDestination = names.resolve(sql.nextDestination());
        nextKey = names.resolve(sql.nextKey());
        firstOfKey = names.resolve(sql.firstOfKey());
        countOfKey = names.resolve(sql.countOfKey());
        nextConsumer = names.resolve(sql.nextConsumer());
        nextDestinationOfConsumer = names.resolve(sql.nextDestinationOfConsumer());
        nextKeyOfConsumer = names.resolve(sql.nextKeyOfConsumer());
        firstOfConsumersKey = names.resolve(sql.firstOfConsumersKey());
        countOfConsumersKey = names.resolve(sql.countOfConsumersKey());
    }

    Map<ParkReason, Long> parked(Session session, long bound) throws SQLException {
        return counts(session, parkedByReason, bound, Altered::parkReason);
    }

    Map<DeadReason, Long> dead(Session session, long bound) throws SQLException {
        return counts(session, deadByReason, bound, Altered::deadReason);
    }

    Map<String, Long> waiting(Session session, long bound) throws SQLException {
        return counts(session, waitingByConsumer, bound, Function.identity());
    }

    private static <K> Map<K, Long> counts(Session session, String sql, long bound, Function<String, K> name)
            throws SQLException {
        Map<K, Long> counts = new HashMap<>();
        session.query(sql, row -> counts.merge(name.apply(row.getString(1)), row.getLong(2), Long::sum), bound);
        return counts;
    }

    /** The first {@code limit} keys after this one; the relay's have an empty consumer. */
    List<BlockedKey> blocked(Session session, String consumer, String destination, String key, int limit)
            throws SQLException {
        List<BlockedKey> found = new ArrayList<>();
        Walk walk = new Walk(session, found, limit);
        walk.keys(consumer, destination, key);
        for (@Nullable String next = consumer; next != null && found.size() < limit; ) {
            walk.destinations(next, next.equals(consumer) ? destination : "");
            next = first(session, nextConsumer, next);
        }
        return found;
    }

    /** One key's, of the relay and of each consumer. */
    List<BlockedKey> blocked(Session session, String destination, String key) throws SQLException {
        List<BlockedKey> found = new ArrayList<>();
        for (@Nullable String consumer = ""; consumer != null; consumer = first(session, nextConsumer, consumer)) {
            blocked(session, consumer, destination, key).ifPresent(found::add);
        }
        return found;
    }

    /** Collects keys, each found by a lookup in an index, so that it does not matter how many messages wait behind each. */
    private final class Walk {
        private final Session session;
        private final List<BlockedKey> found;
        private final int limit;

        Walk(Session session, List<BlockedKey> found, int limit) {
            this.session = session;
            this.found = found;
            this.limit = limit;
        }

        void destinations(String consumer, String after) throws SQLException {
            @Nullable String next = after;
            while (found.size() < limit && (next = nextDestination(session, consumer, next)) != null) {
                keys(consumer, next, "");
            }
        }

        void keys(String consumer, String destination, String after) throws SQLException {
            @Nullable String next = after;
            while (found.size() < limit && (next = nextKey(session, consumer, destination, next)) != null) {
                blocked(session, consumer, destination, next).ifPresent(found::add);
            }
        }
    }

    private @Nullable String nextDestination(Session session, String consumer, String after) throws SQLException {
        return consumer.isEmpty()
                ? first(session, nextDestination, after)
                : first(session, nextDestinationOfConsumer, consumer, after);
    }

    private @Nullable String nextKey(Session session, String consumer, String destination, String after)
            throws SQLException {
        return consumer.isEmpty()
                ? first(session, nextKey, destination, after)
                : first(session, nextKeyOfConsumer, consumer, destination, after);
    }

    private static @Nullable String first(Session session, String sql, String... parameters) throws SQLException {
        return session.query(sql, row -> row.getString(1), (Object[]) parameters).stream()
                .findFirst()
                .orElse(null);
    }

    private Optional<BlockedKey> blocked(Session session, String consumer, String destination, String key)
            throws SQLException {
        long count = count(session, consumer, destination, key);
        Session.RowReader<BlockedKey> reader = row -> blockedKey(row, consumer, destination, key, count);
        List<BlockedKey> found = consumer.isEmpty()
                ? session.query(firstOfKey, reader, destination, key)
                : session.query(firstOfConsumersKey, reader, consumer, destination, key);
        return found.stream().findFirst();
    }

    private long count(Session session, String consumer, String destination, String key) throws SQLException {
        int bound = Inspection.MAX_WAITING + 1;
        Session.RowReader<Long> reader = row -> row.getLong(1);
        List<Long> counted = consumer.isEmpty()
                ? session.query(countOfKey, reader, destination, key, bound)
                : session.query(countOfConsumersKey, reader, consumer, destination, key, bound);
        return counted.get(0);
    }

    private static BlockedKey blockedKey(ResultSet row, String consumer, String destination, String key, long count)
            throws SQLException {
        int attempts = row.getInt(4);
        return new BlockedKey(
                Optional.of(consumer).filter(name -> !name.isEmpty()),
                destination,
                key,
                row.getString(1),
                row.getString(2),
                reason(row.getString(3), attempts),
                attempts,
                row.getString(5),
                Optional.ofNullable(MessageRow.longOrNull(row, 6)).map(InspectedRows::duration),
                duration(row.getLong(7)),
                Math.max(0, count - 1));
    }

    private static BlockedKey.Reason reason(String parked, int attempts) {
        if (parked.isEmpty()) {
            return attempts > 0 ? BlockedKey.Reason.RETRY : BlockedKey.Reason.NEXT;
        }
        return switch (Altered.parkReason(parked)) {
            case RETRY -> BlockedKey.Reason.RETRY;
            case SUSPECT -> BlockedKey.Reason.SUSPECT;
            case BEHIND, SCHEDULED -> BlockedKey.Reason.NEXT;
        };
    }

    private static Duration duration(long micros) {
        return Duration.of(Math.max(0, micros), ChronoUnit.MICROS);
    }
}
