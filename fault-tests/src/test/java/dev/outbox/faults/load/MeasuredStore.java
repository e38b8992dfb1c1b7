package dev.outbox.faults.load;

import dev.outbox.spi.DeadLetters;
import dev.outbox.spi.Depth;
import dev.outbox.spi.DueFetch;
import dev.outbox.spi.DueFetched;
import dev.outbox.spi.Fetch;
import dev.outbox.spi.Fetched;
import dev.outbox.spi.Heartbeat;
import dev.outbox.spi.LeaseTable;
import dev.outbox.spi.OutboxStore;
import dev.outbox.spi.RowRef;
import dev.outbox.spi.Settlement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A store that keeps account of its fetches: what was asked for last, and how long each took. Thread-safe. */
final class MeasuredStore implements OutboxStore {
    private final OutboxStore store;
    private final List<Measured> fetches = new ArrayList<>();
    private final Map<String, long[]> totals = new TreeMap<>();
    private volatile @Nullable Fetch last;

    /**
     * A fetch.
     *
     * @param beginNanos when it began
     * @param tookNanos how long it took
     */
    record Measured(long beginNanos, long tookNanos) {}

    MeasuredStore(OutboxStore store) {
        this.store = store;
    }

    /** The durations in milliseconds of the fetches that began between the two. */
    synchronized double[] fetchMillis(long fromNanos, long untilNanos) {
        return fetches.stream()
                .filter(each -> each.beginNanos() - fromNanos >= 0 && each.beginNanos() - untilNanos < 0)
                .mapToDouble(each -> Figures.millis(each.tookNanos()))
                .toArray();
    }

    /** How often each method was called, and for how long altogether. */
    synchronized String totals() {
        StringBuilder text = new StringBuilder();
        totals.forEach((method, total) -> text.append(
                String.format(Locale.ROOT, "%s %d times %.0f ms; ", method, total[0], Figures.millis(total[1]))));
        return text.toString();
    }

    private <T> T measured(String method, Supplier<T> call) {
        long begin = System.nanoTime();
        try {
            return call.get();
        } finally {
            long took = System.nanoTime() - begin;
            synchronized (this) {
                long[] total = totals.computeIfAbsent(method, name -> new long[2]);
                total[0]++;
                total[1] += took;
            }
        }
    }

    /** The last fetch of all. */
    Fetch lastFetch() {
        Fetch fetch = last;
        if (fetch == null) {
            throw new IllegalStateException("nothing was fetched");
        }
        return fetch;
    }

    @Override
    public Fetched fetch(Fetch fetch) {
        last = fetch;
        long begin = System.nanoTime();
        Fetched fetched = measured("fetch", () -> store.fetch(fetch));
        long took = System.nanoTime() - begin;
        synchronized (this) {
            fetches.add(new Measured(begin, took));
        }
        return fetched;
    }

    @Override
    public LeaseTable heartbeat(Heartbeat heartbeat) {
        return store.heartbeat(heartbeat);
    }

    @Override
    public void leave(String instance) {
        store.leave(instance);
    }

    @Override
    public void mark(String instance, @Nullable String marker) {
        store.mark(instance, marker);
    }

    @Override
    public DueFetched fetchDue(DueFetch fetch) {
        return measured("fetchDue", () -> store.fetchDue(fetch));
    }

    @Override
    public void complete(List<RowRef> confirmed) {
        measured("complete", () -> {
            store.complete(confirmed);
            return confirmed;
        });
    }

    @Override
    public Set<Integer> settle(Settlement settlement) {
        return measured("settle", () -> store.settle(settlement));
    }

    @Override
    public int releaseStranded(Set<Integer> slots) {
        return store.releaseStranded(slots);
    }

    @Override
    public Depth depth(long bound) {
        return store.depth(bound);
    }

    @Override
    public DeadLetters deadLetters() {
        return store.deadLetters();
    }

    @Override
    public Registration onPublish(Runnable hint) {
        return store.onPublish(hint);
    }
}
