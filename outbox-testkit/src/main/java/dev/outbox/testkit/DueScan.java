package dev.outbox.testkit;

import dev.outbox.spi.DueFetch;
import dev.outbox.spi.DueFetched;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** One due fetch: finds the rows that are due and loads them with what waits behind them. */
final class DueScan {
    private final ParkedTable table;
    private final DueFetch fetch;
    private final DatabaseClock clock;
    private final long nowNanos;
    private long bytes;
    private long nextDueNanos = Long.MAX_VALUE;

    DueScan(ParkedTable table, DueFetch fetch, DatabaseClock clock) {
        this.table = table;
        this.fetch = fetch;
        this.clock = clock;
        this.nowNanos = clock.nowNanos();
    }

    DueFetched read() {
        List<ParkedRow> candidates = new ArrayList<>();
        fetch.slots().forEach(slot -> addDue(slot, candidates));
        candidates.sort(ParkedTable.LONGEST_DUE_FIRST);
        List<DueFetched.Due> due = new ArrayList<>();
        for (ParkedRow head : candidates) {
            boolean fits = due.isEmpty() || bytes + size(head) <= fetch.maxBytes();
            if (due.size() == fetch.limit() || !fits) {
                nextDueNanos = 0;
                break;
            }
            due.add(load(head));
        }
        return new DueFetched(due, nextDueNanos);
    }

    /** Adds the due rows of {@code slot}, one more than the limit at most, and notes when the next is due. */
    private void addDue(int slot, List<ParkedRow> candidates) {
        int found = 0;
        for (ParkedRow row : table.byDueTime(slot)) {
            if (row.dueNanos() == ParkedRow.NEVER || found > fetch.limit()) {
                return;
            }
            if (!table.isFirst(row) || fetch.held().getOrDefault(slot, Set.of()).contains(row.position())) {
                continue;
            }
            if (row.dueNanos() > nowNanos) {
                nextDueNanos = Math.min(nextDueNanos, row.dueNanos() - nowNanos);
                return;
            }
            candidates.add(row);
            found++;
        }
    }

    private DueFetched.Due load(ParkedRow head) {
        bytes += size(head);
        List<DueFetched.Parked> followers = new ArrayList<>();
        for (ParkedRow row : table.behind(head)) {
            if (followers.size() == fetch.followers() || bytes + size(row) > fetch.maxBytes()) {
                break;
            }
            bytes += size(row);
            followers.add(row.toParked(clock));
        }
        return new DueFetched.Due(head.toParked(clock), followers);
    }

    private static int size(ParkedRow row) {
        return row.stored().message().payload().size();
    }
}
