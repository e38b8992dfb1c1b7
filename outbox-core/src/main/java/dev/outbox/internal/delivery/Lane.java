package dev.outbox.internal.delivery;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One key of one subscriber: at most one delivery is {@code current}, from the moment when it may be started until what followed from it is stored. The others
 * wait behind it in order.
 */
final class Lane {
    private final Deque<Work> waiting = new ArrayDeque<>();
    private @Nullable Work current;

    /** Enters {@code work}; true if it is the current one now. */
    boolean enter(Work work) {
        if (current == null) {
            current = work;
            return true;
        }
        waiting.addLast(work);
        return false;
    }

    /** Ends {@code work}; returns the next, which is the current one now, or null if there is none or {@code work} was not current. */
    @Nullable
    Work leave(Work work) {
        if (current != work) {
            waiting.remove(work);
            return null;
        }
        current = waiting.pollFirst();
        return current;
    }

    boolean isCurrent(Work work) {
        return current == work;
    }

    /** Adds to {@code batch} those that follow, up to {@code most} in all, as far as they may be handled together with others. */
    void follow(List<Work> batch, int most) {
        for (Work next : waiting) {
            if (batch.size() >= most || !(next instanceof SourcedWork) || !next.isWaiting() || next.isToRunAlone()) {
                return;
            }
            batch.add(next);
        }
    }

    /** How many there are. */
    int size() {
        return waiting.size() + (current == null ? 0 : 1);
    }

    boolean isEmpty() {
        return current == null;
    }

    /** Takes out those of one kind that wait here. */
    <W extends Work> List<W> take(Class<W> kind) {
        List<W> taken = new ArrayList<>();
        for (Work work : waiting) {
            if (kind.isInstance(work)) {
                taken.add(kind.cast(work));
            }
        }
        waiting.removeAll(taken);
        return taken;
    }

    /** Whether one is here that does not come from the store. */
    boolean holdsFresh() {
        return isFresh(current) || waiting.stream().anyMatch(Lane::isFresh);
    }

    private static boolean isFresh(@Nullable Work work) {
        return work != null && !(work instanceof ClaimedWork);
    }
}
