package dev.outbox.testservers;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Bounded waiting for what no signal announces: another process's end, a server that begins to answer. */
final class Await {
    private static final long PAUSE_NANOS = 5_000_000;

    private Await() {}

    /**
     * Waits until the condition holds.
     *
     * @throws IllegalStateException with the message if it does not within the bound, or if the thread is interrupted,
     *     whose flag then stays set
     */
    static void until(BooleanSupplier condition, Duration bound, Supplier<String> message) {
        if (!holdsWithin(condition, bound)) {
            String cause = Thread.currentThread().isInterrupted() ? "Interrupted: " : "Not within " + bound + ": ";
            throw new IllegalStateException(cause + message.get());
        }
    }

    /** Whether the condition came to hold before the bound passed or the thread was interrupted. */
    static boolean holdsWithin(BooleanSupplier condition, Duration bound) {
        long startNanos = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - startNanos > bound.toNanos()
                    || Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return true;
    }
}
