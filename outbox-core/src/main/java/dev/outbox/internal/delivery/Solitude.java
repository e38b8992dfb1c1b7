package dev.outbox.internal.delivery;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Lets a delivery that may have ended a process run alone, so that another such end can be charged to it and to nothing else (G8): nothing else is started
 * while those under way come to their end, and while it runs.
 *
 * <p>Both times are bounded by {@code patienceNanos}: a handler that hangs must not stop everything (G10). After that the suspect is started, or goes on,
 * beside others; what those would suffer from an end of the process is a suspicion, not a charge.
 */
final class Solitude {
    private final long patienceNanos;
    private final Alarm end = new Alarm();
    private final Deque<Work> queue = new ArrayDeque<>();
    private @Nullable Work suspect;
    private boolean running;

    Solitude(long patienceNanos) {
        this.patienceNanos = patienceNanos;
    }

    /** Begins with {@code work}, which is ready to be started; when another suspect is at it, afterwards. */
    void begin(Work work, long nowNanos) {
        queue.addLast(work);
        if (suspect == null) {
            next(nowNanos);
        }
    }

    /** Whether nothing else may be started or claimed. */
    boolean isOn() {
        return suspect != null;
    }

    /** The suspect, if it is to be started now; it has to be told by {@link #started}. */
    @Nullable
    Work toStart(int othersRunning, long nowNanos) {
        return suspect != null && !running && (othersRunning == 0 || end.isDue(nowNanos)) ? suspect : null;
    }

    void started(long nowNanos) {
        running = true;
        end.setAt(nowNanos + patienceNanos);
    }

    /** Lets the others go on if the suspect takes too long. */
    void expire(long nowNanos) {
        if (running && end.isDue(nowNanos)) {
            next(nowNanos);
        }
    }

    /** {@code work} has ended or will not be started. */
    void ended(Work work, long nowNanos) {
        if (suspect == work) {
            next(nowNanos);
        } else {
            queue.remove(work);
        }
    }

    long remainingNanos(long nowNanos) {
        return end.remainingNanos(nowNanos);
    }

    private void next(long nowNanos) {
        suspect = queue.pollFirst();
        running = false;
        if (suspect == null) {
            end.clear();
        } else {
            end.setAt(nowNanos + patienceNanos);
        }
    }
}
