package dev.outbox.jdbc;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waits for a real database's clock. */
final class Passing {
    private Passing() {}

    static void pass(Duration time) {
        long end = System.nanoTime() + time.toNanos() + 2_000_000;
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
