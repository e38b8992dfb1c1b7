package dev.outbox.jdbc;

import dev.outbox.spi.Depth;
import dev.outbox.spi.LeaseTable;
import dev.outbox.spi.StoreException;
import java.util.List;
import java.util.Optional;

/**
 * Looks at what stands in the tables, for people and for monitoring: how much, which keys are blocked and by what, which relay owns what. Changes nothing and locks nothing.
 *
 * <p>What a call costs depends on its bound and its limit, not on what is in the tables: a count reads at most so many rows, and a blocked key is found by a few lookups in
 * an index. Each answer is put together from several statements while relays go on, so its parts may be some milliseconds apart. Thread-safe; every call borrows one
 * connection.
 */
public final class Inspection {
    /** The most blocked keys that one call returns. */
    public static final int MAX_KEYS = 1_000;

    /** Where counting the messages behind another stops. */
    public static final int MAX_WAITING = 10_000;

    private final Database database;

    Inspection(Database database) {
        this.database = database;
    }

    /**
     * Counts, each table up to {@code bound}.
     *
     * @param bound 1 or more; 100,000 rows take some hundredths of a second
     * @throws IllegalArgumentException if {@code bound} is less
     * @throws StoreException if the database fails
     */
    public Census census(long bound) {
        if (bound < 1) {
            throw new IllegalArgumentException("bound " + bound + " must be 1 or more");
        }
        return database.reading("count messages", (session, tables) -> {
            Depth depth = tables.parked().depth(session, bound);
            InspectedRows rows = tables.inspected();
            return new Census(
                    depth.pending(),
                    Optional.ofNullable(depth.oldestPending()),
                    rows.parked(session, bound),
                    rows.waiting(session, bound),
                    rows.dead(session, bound),
                    bound);
        });
    }

    /**
     * The first keys whose messages wait, those of the relay and then those of consumers, in the order of consumers, destinations and keys as the database sorts them.
     *
     * @param limit 1 to {@link #MAX_KEYS}
     * @throws IllegalArgumentException if {@code limit} is another number
     * @throws StoreException if the database fails
     */
    public List<BlockedKey> blockedKeys(int limit) {
        return blockedKeysAfter("", "", "", limit);
    }

    /**
     * The keys after {@code last}, for the next page.
     *
     * @param limit 1 to {@link #MAX_KEYS}
     * @throws IllegalArgumentException if {@code limit} is another number
     * @throws StoreException if the database fails
     */
    public List<BlockedKey> blockedKeysAfter(BlockedKey last, int limit) {
        return blockedKeysAfter(last.consumer().orElse(""), last.destination(), last.key(), limit);
    }

    private List<BlockedKey> blockedKeysAfter(String consumer, String destination, String key, int limit) {
        if (limit < 1 || limit > MAX_KEYS) {
            throw new IllegalArgumentException("limit " + limit + " must be 1 to " + MAX_KEYS);
        }
        return database.reading(
                "read which keys are blocked",
                (session, tables) -> tables.inspected().blocked(session, consumer, destination, key, limit));
    }

    /**
     * What blocks one key, for the relay and for each consumer; empty if nothing does.
     *
     * @throws StoreException if the database fails
     */
    public List<BlockedKey> blockedKey(String destination, String key) {
        return database.reading(
                "read what blocks a key",
                (session, tables) -> tables.inspected().blocked(session, destination, key));
    }

    /**
     * The leases of all slots, and all instances that the table knows.
     *
     * @throws StoreException if the database fails
     */
    public LeaseTable leases() {
        return database.reading(
                "read leases", (session, tables) -> tables.leases().table(session));
    }
}
