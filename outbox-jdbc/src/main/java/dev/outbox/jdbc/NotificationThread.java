package dev.outbox.jdbc;

import dev.outbox.retry.Backoff;
import dev.outbox.spi.FailureText;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Works step by step until it is closed; after a failure it begins anew, after growing pauses with jitter. */
final class NotificationThread implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(PostgresNotifications.class);
    private static final Backoff PAUSE =
            Backoff.exponential(Duration.ofMillis(100)).cap(Duration.ofSeconds(15));

    /** What is done. All methods but {@link #abort} and those of other interfaces are called by one thread at a time. */
    interface Work {
        /** Called once, before the thread is started. */
        void begin();

        /**
         * Does what is to be done, or waits for it; not longer than a close may take, unless unparked.
         *
         * @throws NoNotificationsException if this can never work
         */
        void step() throws SQLException;

        /** Gives back what the steps took. The next step, if any, takes it again. */
        void release();

        /** Ends a step that hangs. Any thread. */
        void abort();

        /** Called once, when there will be no more steps. */
        void end();
    }

    private final Work work;
    private final RandomGenerator random;
    private final Thread thread;
    private volatile boolean closed;
    private int failures;
    private long pauseNanos;

    NotificationThread(String name, Work work, RandomGenerator random) {
        this.work = work;
        this.random = random;
        this.thread = new Thread(this, name);
        this.thread.setDaemon(true);
    }

    void start() {
        work.begin();
        thread.start();
    }

    /** Ends the thread, by force when half of {@code patience} has passed. */
    void close(Duration patience) {
        closed = true;
        LockSupport.unpark(thread);
        if (Thread.currentThread() == thread) {
            return;
        }
        try {
            thread.join(patience.toMillis() / 2);
            if (thread.isAlive()) {
                work.abort();
                thread.join(patience.toMillis() / 2);
            }
        } catch (InterruptedException e) {
            work.abort();
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void run() {
        try {
            while (!closed) {
                step();
            }
            work.release();
        } catch (NoNotificationsException impossible) {
            log.error("{} ends, and relays poll: {}", thread.getName(), FailureText.of(impossible));
        } finally {
            work.end();
        }
    }

    private void step() {
        try {
            work.step();
            if (failures > 0) {
                log.info("{} works again", thread.getName());
            }
            failures = 0;
            pauseNanos = 0;
        } catch (NoNotificationsException impossible) {
            throw impossible;
        } catch (SQLException | RuntimeException failed) {
            work.release();
            if (!closed) {
                pauseAfter(failed);
            }
        }
    }

    private void pauseAfter(Exception failed) {
        failures++;
        if (failures == 1) {
            log.warn("{} failed; until it works again relays poll: {}", thread.getName(), FailureText.of(failed));
        }
        log.debug("{} failed", thread.getName(), failed);
        pauseNanos = PAUSE.delayNanos(failures, pauseNanos, random);
        long until = System.nanoTime() + pauseNanos;
        for (long left = pauseNanos; left > 0 && !closed; left = until - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
        }
    }
}
