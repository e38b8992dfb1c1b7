package dev.outbox.jdbc;

import dev.outbox.spi.Change;
import dev.outbox.spi.Change.Bury;
import dev.outbox.spi.Change.Enqueue;
import dev.outbox.spi.Change.Park;
import dev.outbox.spi.Change.Reschedule;
import dev.outbox.spi.RowRef;
import dev.outbox.spi.Settlement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Makes the changes of a settlement, in their order, runs of one kind at a time. The leases of the slots are locked first, so that what is read about a key
 * here stays true until the commit: a relay that adopts a slot, and a completion that takes a parked row away, wait for it (R3).
 */
final class Settling {
    private final Session session;
    private final Tables tables;

    Settling(Session session, Tables tables) {
        this.session = session;
        this.tables = tables;
    }

    /** Returns the slots that were lost. */
    Set<Integer> settle(Settlement settlement) throws SQLException {
        Set<Integer> lost = tables.leases().lockAndFindLost(session, settlement.instance(), settlement.epochs());
        List<Change> ours = settlement.changes().stream()
                .filter(change -> settlement.epochs().containsKey(change.row().slot()))
                .filter(change -> !lost.contains(change.row().slot()))
                .toList();
        for (int start = 0; start < ours.size(); ) {
            int end = endOfRun(ours, start);
            apply(ours.subList(start, end));
            start = end;
        }
        return lost;
    }

    private static int endOfRun(List<Change> changes, int start) {
        int end = start + 1;
        while (end < changes.size()
                && changes.get(end).getClass() == changes.get(start).getClass()) {
            end++;
        }
        return end;
    }

    private void apply(List<Change> run) throws SQLException {
        Change first = run.get(0);
        if (first instanceof Park) {
            tables.parked().park(session, cast(run, Park.class::cast));
        } else if (first instanceof Reschedule) {
            tables.parked().reschedule(session, cast(run, Reschedule.class::cast));
        } else if (first instanceof Enqueue) {
            tables.parked().enqueue(session, cast(run, Enqueue.class::cast));
        } else {
            bury(cast(run, Bury.class::cast));
        }
    }

    private void bury(List<Bury> changes) throws SQLException {
        List<RowRef> leaving = changes.stream().map(Bury::row).toList();
        tables.parked().promoteNext(session, leaving);
        tables.dead().bury(session, changes);
    }

    private static <C> List<C> cast(List<Change> run, Function<Change, C> cast) {
        List<C> changes = new ArrayList<>(run.size());
        run.forEach(change -> changes.add(cast.apply(change)));
        return changes;
    }
}
