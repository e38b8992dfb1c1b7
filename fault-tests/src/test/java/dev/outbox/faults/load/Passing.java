package dev.outbox.faults.load;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Lets time pass where its passing is what is tested: how long something stays open, down or idle. */
final class Passing {
    private Passing() {}

    static void pass(Duration time) {
        long until = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
