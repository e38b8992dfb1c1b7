package dev.outbox.faults.fuzz;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Ends the process, with a trace of the fuzzer's thread, when an input takes longer than anything may. */
final class Watchdog {
    private static final Duration LONGEST = Duration.ofSeconds(90);
    private static final AtomicLong LAST = new AtomicLong();

    private Watchdog() {}

    /** An input is done. */
    static void alive(long number) {
        LAST.set(number + 1);
    }

    /** Watches the calling thread. */
    static void watch() {
        Thread fed = Thread.currentThread();
        Thread watching = new Thread(() -> look(fed), "fuzz-watchdog");
        watching.setDaemon(true);
        watching.start();
    }

    private static void look(Thread fed) {
        try {
            for (long seen = -1; seen != LAST.get(); ) {
                seen = LAST.get();
                fed.join(LONGEST.toMillis());
            }
            System.out.println("input " + LAST.get() + " hangs:");
            for (StackTraceElement line : fed.getStackTrace()) {
                System.out.println("  " + line);
            }
            Runtime.getRuntime().halt(1);
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }
}
