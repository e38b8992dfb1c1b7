package dev.outbox.jdbc;

import dev.outbox.spi.Change;
import dev.outbox.spi.Change.Enqueue;
import dev.outbox.spi.Change.Park;
import dev.outbox.spi.Change.Reschedule;
import dev.outbox.spi.Depth;
import dev.outbox.spi.RowRef;
import java.sql.SQLException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Changes of {@code outbox_parked}. Whoever calls them has locked the leases of the slots, in a transaction. */
final class ParkedRows {
    /** Longer delays are cut to this, so that no time is beyond what a column can hold. */
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private final List<String> park;
    private final String reschedule;
    private final String promoteNext;
    private final String delete;
    private final List<String> enqueue;
    private final String releaseStranded;
    private final String pending;
    private final String depth;

    ParkedRows(ParkedSql sql, Names names) {
        park = names.resolveAll(sql.park());
        reschedule = names.resolve(sql.reschedule());
        promoteNext = names.resolve(sql.promoteNext());
        delete = names.resolve(sql.delete());
        enqueue = names.resolveAll(sql.enqueue());
        releaseStranded = names.resolve(sql.releaseStranded());
        pending = names.resolve(sql.pending());
        depth = names.resolve(sql.depth());
    }

    void park(Session session, List<Park> changes) throws SQLException {
        session.updateAllBy(
                park,
                rows(changes)
                        .texts(change -> change.reason().name())
                        .integers(Park::attempts)
                        .longs(change -> micros(change.delay()))
                        .texts(Park::error));
    }

    void reschedule(Session session, List<Reschedule> changes) throws SQLException {
        session.updateAll(
                reschedule,
                Columns.of(changes)
                        .texts(change -> change.reason().name())
                        .integers(Reschedule::attempts)
                        .longs(change -> micros(change.delay()))
                        .texts(Reschedule::error)
                        .integers(change -> change.row().slot())
                        .longs(change -> change.row().position())
                        .texts(change -> change.row().id()));
    }

    void enqueue(Session session, List<Enqueue> changes) throws SQLException {
        session.updateAllBy(enqueue, rows(changes));
    }

    /** The next of each row's key becomes due: to be called before the rows leave. */
    void promoteNext(Session session, List<RowRef> leaving) throws SQLException {
        session.updateAll(promoteNext, named(leaving));
    }

    void delete(Session session, List<RowRef> rows) throws SQLException {
        session.updateAll(delete, named(rows));
    }

    int releaseStranded(Session session, Collection<Integer> slots) throws SQLException {
        List<Integer> sorted = slots.stream().sorted().toList();
        return session.updateAll(releaseStranded, Columns.of(sorted).integers(slot -> slot));
    }

    long pending(Session session, long bound) throws SQLException {
        return session.query(pending, row -> row.getLong(1), bound).get(0);
    }

    Depth depth(Session session, long bound) throws SQLException {
        return session.query(
                        depth,
                        row -> new Depth(
                                row.getLong(1),
                                row.getLong(2),
                                row.getLong(3),
                                age(MessageRow.longOrNull(row, 4)),
                                bound),
                        bound,
                        bound,
                        bound)
                .get(0);
    }

    private static @Nullable Duration age(@Nullable Long micros) {
        return micros == null ? null : Duration.of(Math.max(0, micros), ChronoUnit.MICROS);
    }

    static long micros(Duration delay) {
        return TimeUnit.NANOSECONDS.toMicros((delay.compareTo(LONGEST) > 0 ? LONGEST : delay).toNanos());
    }

    private static <C extends Change> Columns<C> rows(List<C> changes) {
        return Columns.of(changes)
                .integers(change -> change.row().slot())
                .longs(change -> change.row().position())
                .texts(change -> change.row().id());
    }

    static Columns<RowRef> named(List<RowRef> rows) {
        return Columns.of(rows).integers(RowRef::slot).longs(RowRef::position).texts(RowRef::id);
    }
}
