package dev.outbox.kafka;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** What the consumer wishes of the loop. Thread-safe; nobody waits. */
final class Mail {
    private final Queue<Finished> finished = new ConcurrentLinkedQueue<>();
    private volatile boolean paused;
    private volatile @Nullable Thread reader;

    /** Whom to wake. */
    void readBy(Thread thread) {
        reader = thread;
    }

    /** Wakes nobody, unless somebody waits to be told: the loop looks in by itself, sooner than the next commit is due. */
    void add(Finished batch) {
        finished.add(batch);
        if (batch.onDurable() != null) {
            wake();
        }
    }

    void pause() {
        paused = true;
    }

    void resume() {
        paused = false;
        wake();
    }

    boolean isPaused() {
        return paused;
    }

    void wake() {
        LockSupport.unpark(reader);
    }

    /** On the loop's thread. */
    @Nullable
    Finished next() {
        return finished.poll();
    }
}
