package dev.outbox.testservers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The lines of a stream, collected by a daemon thread until the stream ends. Thread-safe. */
final class Lines {
    private static final int LIMIT = 2_000_000;
    private static final int SHOWN = 20;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<String> collected = new ArrayList<>();
    private final Thread collector;
    private boolean ended;

    /** Starts to collect at most 2,000,000 lines; what follows is read and forgotten. The thread bears the given name. */
    Lines(InputStream stream, String name) {
        this.collector = new Thread(() -> collect(stream), name);
        collector.setDaemon(true);
        collector.start();
    }

    private void collect(InputStream stream) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            @Nullable String line = reader.readLine();
            while (line != null) {
                add(line);
                line = reader.readLine();
            }
        } catch (IOException closed) {
            add("(" + closed + ")");
        } finally {
            end();
        }
    }

    private void add(String line) {
        lock.lock();
        try {
            if (collected.size() < LIMIT) {
                collected.add(line);
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private void end() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    List<String> all() {
        lock.lock();
        try {
            return List.copyOf(collected);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for the first line that matches.
     *
     * @throws IllegalStateException if there is none when the bound has passed or the stream has ended
     */
    String await(Predicate<String> matching, Duration bound) {
        lock.lock();
        try {
            long remainingNanos = bound.toNanos();
            int next = 0;
            while (true) {
                for (; next < collected.size(); next++) {
                    if (matching.test(collected.get(next))) {
                        return collected.get(next);
                    }
                }
                if (ended || remainingNanos <= 0) {
                    String when = ended ? "before the end" : "within " + bound;
                    throw new IllegalStateException("No line that matches came " + when + ":\n" + tail());
                }
                remainingNanos = changed.awaitNanos(remainingNanos);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for a line", interrupted);
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the stream has ended; throws {@link IllegalStateException} if it goes on after the bound. */
    void awaitEnd(Duration bound) {
        Await.until(() -> !collector.isAlive(), bound, () -> "the output has not ended");
    }

    private String tail() {
        return String.join("\n", collected.subList(Math.max(0, collected.size() - SHOWN), collected.size()));
    }
}
