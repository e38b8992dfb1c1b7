package dev.outbox.jdbc;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;

/** What tests with threads need. */
final class Threads {
    private static final Duration BOUND = Duration.ofMinutes(1);

    private Threads() {}

    /** Waits until {@code thread} has ended. */
    static void join(Thread thread) {
        try {
            thread.join(BOUND.toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            throw new AssertionError("thread " + thread.getName() + " did not end within " + BOUND);
        }
    }

    static String stackTraceOf(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
