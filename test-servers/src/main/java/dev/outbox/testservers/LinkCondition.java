package dev.outbox.testservers;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What a {@link FaultyProxy} does at present to what passes. Thread-safe. */
final class LinkCondition {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean frozen;
    private boolean droppingReplies;
    private long delayNanos;
    private long nanosPerByte;
    private byte @Nullable [] trap;

    void freeze() {
        change(() -> frozen = true);
    }

    void thaw() {
        change(() -> frozen = false);
    }

    void dropReplies() {
        change(() -> droppingReplies = true);
    }

    void deliverReplies() {
        change(() -> droppingReplies = false);
    }

    void delay(Duration duration) {
        long nanos = duration.toNanos();
        change(() -> delayNanos = nanos);
    }

    /** At most so many bytes a second for each connection and direction; 0 for any number. */
    void throttle(int bytesPerSecond) {
        long nanos = bytesPerSecond == 0 ? 0 : TimeUnit.SECONDS.toNanos(1) / bytesPerSecond;
        change(() -> nanosPerByte = nanos);
    }

    /** The next piece that contains {@code text} springs the trap; none when it is empty. */
    void setTrap(byte[] text) {
        change(() -> trap = text.length == 0 ? null : text);
    }

    /** Whether this piece springs the trap, which is then gone. */
    boolean springsTrap(byte[] buffer, int length) {
        lock.lock();
        try {
            byte[] text = trap;
            boolean sprung = text != null && contains(buffer, length, text);
            if (sprung) {
                trap = null;
            }
            return sprung;
        } finally {
            lock.unlock();
        }
    }

    private static boolean contains(byte[] buffer, int length, byte[] text) {
        for (int start = 0; start + text.length <= length; start++) {
            if (Arrays.equals(buffer, start, start + text.length, text, 0, text.length)) {
                return true;
            }
        }
        return false;
    }

    /** Wakes those who wait for passage, so that they look whether they still want it. */
    void changed() {
        change(() -> {});
    }

    private void change(Runnable assignment) {
        lock.lock();
        try {
            assignment.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean dropsReplies() {
        lock.lock();
        try {
            return droppingReplies;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until the delay has passed and the link is not frozen.
     *
     * @param bytes what is to pass
     * @param held whether this connection is frozen by itself
     * @throws IOException if it is given up meanwhile
     */
    void awaitPassage(int bytes, BooleanSupplier givenUp, BooleanSupplier held) throws IOException {
        lock.lock();
        try {
            long startNanos = System.nanoTime();
            while (!givenUp.getAsBoolean()) {
                long remainingNanos = delayNanos + bytes * nanosPerByte - (System.nanoTime() - startNanos);
                if (frozen || held.getAsBoolean()) {
                    changed.await();
                } else if (remainingNanos > 0) {
                    remainingNanos = changed.awaitNanos(remainingNanos);
                } else {
                    return;
                }
            }
            throw new IOException("The connection was closed while it was held");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Interrupted while the connection was held");
        } finally {
            lock.unlock();
        }
    }
}
