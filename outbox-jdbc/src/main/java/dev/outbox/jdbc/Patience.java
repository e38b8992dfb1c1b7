package dev.outbox.jdbc;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How long a transaction of ours waits for a lock, and how long it may stand still in its middle before the database ends it: half of the shortest lease that was
 * seen, between 250 milliseconds and 5 seconds. So a process that is stopped while it holds the rows of its leases gives them up before the leases run out (R9), and one that waits
 * for these rows still renews its own in time. Thread-safe.
 */
final class Patience {
    static final long LONGEST_MILLIS = 5_000;

    /** Half of the shortest lease that a relay can have. */
    static final long SHORTEST_MILLIS = 250;

    private final AtomicLong millis = new AtomicLong(LONGEST_MILLIS);

    long millis() {
        return millis.get();
    }

    /** Leases of this length are held in the database. */
    void lease(Duration lease) {
        millis.accumulateAndGet(Math.max(SHORTEST_MILLIS, lease.toMillis() / 2), Math::min);
    }
}
