package dev.outbox.internal.delivery;

import java.util.ArrayList;
import java.util.List;

/** Brings work of other threads to the engine's thread, in order. Thread-safe; nothing foreign runs under its lock. */
final class Mailbox {
    private final Runnable wake;
    private List<Runnable> letters = new ArrayList<>();
    private boolean closed;

    /** @param wake called when there are letters and there were none, on the thread that posted the first */
    Mailbox(Runnable wake) {
        this.wake = wake;
    }

    /** Leaves a letter; false, and it is not taken, when the mailbox is closed. */
    boolean post(Runnable letter) {
        boolean first;
        synchronized (this) {
            if (closed) {
                return false;
            }
            first = letters.isEmpty();
            letters.add(letter);
        }
        if (first) {
            wake.run();
        }
        return true;
    }

    /** Everything posted since the last time. */
    synchronized List<Runnable> takeAll() {
        if (letters.isEmpty()) {
            return List.of();
        }
        List<Runnable> taken = letters;
        letters = new ArrayList<>();
        return taken;
    }

    /** Takes no more; returns what is left. */
    synchronized List<Runnable> close() {
        closed = true;
        return takeAll();
    }
}
