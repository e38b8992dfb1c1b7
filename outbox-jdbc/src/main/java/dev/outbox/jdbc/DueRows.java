package dev.outbox.jdbc;

import dev.outbox.spi.DueFetch;
import dev.outbox.spi.DueFetched;
import dev.outbox.spi.DueFetched.Due;
import dev.outbox.spi.DueFetched.Parked;
import dev.outbox.spi.RowRef;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads what is due in {@code outbox_parked}: first which rows, then, of those that fit into the bytes, what is in them. A row that has gone in between is
 * left out, and with it what waits behind it.
 */
final class DueRows {
    private static final int LEAST_SHARE = 4;

    private final String dueHeads;
    private final String followers;
    private final String read;
    private final String nextDue;

    DueRows(ParkedSql sql, Names names) {
        dueHeads = names.resolve(sql.dueHeads());
        followers = names.resolve(sql.followers());
        read = names.resolve(sql.read());
        nextDue = names.resolve(sql.nextDue());
    }

    /** A row without its message. {@code key} is null when nothing is to be read with it. */
    private record Head(
            RowRef row,
            long availableMicros,
            long bytes,
            String destination,
            @Nullable String key) {
        static Head read(ResultSet row) throws SQLException {
            return new Head(ref(row), row.getLong(4), row.getLong(5), row.getString(6), row.getString(7));
        }
    }

    private record Follower(RowRef row, long bytes, List<String> key) {
        static Follower read(ResultSet row) throws SQLException {
            return new Follower(ref(row), row.getLong(4), List.of(row.getString(5), row.getString(6)));
        }
    }

    DueFetched fetch(Session session, DueFetch fetch) throws SQLException {
        List<Integer> slots = fetch.slots().stream().sorted().toList();
        List<Head> heads = heads(session, fetch, slots);
        List<Head> chosen = fitting(heads, fetch);
        Map<List<String>, List<Follower>> followers = followers(session, chosen, fetch);
        List<RowRef> toLoad = toLoad(chosen, followers, fetch.maxBytes());
        Map<RowRef, Parked> loaded = load(session, toLoad);
        List<Due> due = new ArrayList<>(chosen.size());
        for (Head head : chosen) {
            Parked parked = loaded.get(head.row());
            if (parked != null) {
                due.add(new Due(parked, present(followersOf(head, followers), loaded)));
            }
        }
        long nextDueNanos = chosen.size() < heads.size() ? 0 : nextDueNanos(session, slots);
        return new DueFetched(due, nextDueNanos);
    }

    /**
     * One more than the limit, to know whether there are more. Where very much is due, each slot is first asked for little more than its share: to ask each for all would read as many times too
     * many rows as there are slots.
     */
    private List<Head> heads(Session session, DueFetch fetch, List<Integer> slots) throws SQLException {
        int limit = fetch.limit() + 1;
        int share = Math.min(limit, 2 * limit / Math.max(1, slots.size()) + LEAST_SHARE);
        List<Head> heads = heads(session, fetch, slots, share);
        if (share < limit && heads.size() < limit && isCut(heads, share)) {
            heads = heads(session, fetch, slots, limit);
        }
        heads.sort(Comparator.comparingLong(Head::availableMicros)
                .thenComparingLong(head -> head.row().position()));
        return heads.subList(0, Math.min(heads.size(), limit));
    }

    private List<Head> heads(Session session, DueFetch fetch, List<Integer> slots, int ofEach) throws SQLException {
        HeldOfSlots held = new HeldOfSlots(slots, fetch.held());
        return new ArrayList<>(
                session.queryAll(dueHeads, Columns.of(slots).integers(slot -> slot), Head::read, held, ofEach));
    }

    /** Whether a slot may have more than it was asked for. */
    private static boolean isCut(List<Head> heads, int ofEach) {
        Map<Integer, Integer> counts = new HashMap<>();
        heads.forEach(head -> counts.merge(head.row().slot(), 1, Integer::sum));
        return counts.containsValue(ofEach);
    }

    private static List<Head> fitting(List<Head> heads, DueFetch fetch) {
        long bytes = 0;
        int count = 0;
        for (Head head : heads) {
            bytes += head.bytes();
            boolean fits = count == 0 || bytes <= fetch.maxBytes();
            if (count == fetch.limit() || !fits) {
                break;
            }
            count++;
        }
        return heads.subList(0, count);
    }

    private Map<List<String>, List<Follower>> followers(Session session, List<Head> heads, DueFetch fetch)
            throws SQLException {
        List<Head> blocking = heads.stream().filter(head -> head.key() != null).toList();
        if (fetch.followers() == 0 || blocking.isEmpty()) {
            return Map.of();
        }
        Columns<Head> columns = Columns.of(blocking)
                .integers(head -> head.row().slot())
                .texts(Head::destination)
                .texts(Head::key)
                .longs(head -> head.row().position());
        Map<List<String>, List<Follower>> byKey = new HashMap<>();
        for (Follower follower : session.queryAll(followers, columns, Follower::read, fetch.followers())) {
            byKey.computeIfAbsent(follower.key(), key -> new ArrayList<>()).add(follower);
        }
        return byKey;
    }

    private static List<Follower> followersOf(Head head, Map<List<String>, List<Follower>> followers) {
        String key = head.key();
        return key == null ? List.of() : followers.getOrDefault(List.of(head.destination(), key), List.of());
    }

    private static List<RowRef> toLoad(List<Head> heads, Map<List<String>, List<Follower>> followers, long maxBytes) {
        List<RowRef> rows = new ArrayList<>();
        long bytes = 0;
        for (Head head : heads) {
            bytes += head.bytes();
            rows.add(head.row());
        }
        for (Head head : heads) {
            for (Follower follower : followersOf(head, followers)) {
                bytes += follower.bytes();
                if (bytes > maxBytes) {
                    return rows;
                }
                rows.add(follower.row());
            }
        }
        return rows;
    }

    private Map<RowRef, Parked> load(Session session, List<RowRef> rows) throws SQLException {
        Map<RowRef, Parked> loaded = new HashMap<>();
        for (Parked parked : session.queryAll(read, ParkedRows.named(rows), DueRows::parked)) {
            loaded.put(parked.stored().row(), parked);
        }
        return loaded;
    }

    private static List<Parked> present(List<Follower> followers, Map<RowRef, Parked> loaded) {
        return followers.stream()
                .map(follower -> loaded.get(follower.row()))
                .takeWhile(Objects::nonNull)
                .map(Objects::requireNonNull)
                .toList();
    }

    private long nextDueNanos(Session session, List<Integer> slots) throws SQLException {
        return session
                .queryAll(
                        nextDue,
                        Columns.of(slots).integers(slot -> slot),
                        row -> Optional.ofNullable(MessageRow.longOrNull(row, 1)))
                .stream()
                .flatMap(Optional::stream)
                .mapToLong(micros -> TimeUnit.MICROSECONDS.toNanos(Math.max(0, micros)))
                .min()
                .orElse(Long.MAX_VALUE);
    }

    private static Parked parked(ResultSet row) throws SQLException {
        return new Parked(
                MessageRow.stored(row, row.getInt(1), row.getLong(2), 7),
                Altered.parkReason(row.getString(3)),
                Altered.attempts(row.getInt(4)),
                TimeUnit.MICROSECONDS.toNanos(Math.max(0, row.getLong(5))),
                Altered.delayNanos(row.getLong(6)));
    }

    private static RowRef ref(ResultSet row) throws SQLException {
        return new RowRef(row.getInt(1), row.getLong(2), row.getString(3));
    }
}
