package dev.outbox.internal.delivery;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Deliveries that wait in memory for their next attempt, each at the head of its key. Belongs to the engine's thread, but for the count. */
final class MemoryRetries {
    private final Set<SourcedWork> waiting = new LinkedHashSet<>();
    private final Alarm next = new Alarm();
    private volatile int count;

    void add(SourcedWork work, Fate.Again again, String error, long nowNanos) {
        work.waitInMemory(again, error, nowNanos);
        waiting.add(work);
        next.setNoLaterThan(nowNanos + again.delay().toNanos());
        count = waiting.size();
    }

    /** Whether {@code work} waited here; it does not any more. */
    boolean remove(SourcedWork work) {
        boolean removed = waiting.remove(work);
        count = waiting.size();
        return removed;
    }

    /** Takes out what is to be tried now. */
    List<SourcedWork> takeDue(long nowNanos) {
        if (!next.isDue(nowNanos)) {
            return List.of();
        }
        List<SourcedWork> due =
                waiting.stream().filter(work -> work.again().isDue(nowNanos)).toList();
        due.forEach(waiting::remove);
        due.forEach(work -> work.again().clear());
        next.clear();
        waiting.forEach(work -> next.setNoLaterThan(nowNanos + work.again().remainingNanos(nowNanos)));
        count = waiting.size();
        return due;
    }

    long idleNanos(long nowNanos) {
        return next.remainingNanos(nowNanos);
    }

    /** How many; any thread. */
    int count() {
        return count;
    }
}
