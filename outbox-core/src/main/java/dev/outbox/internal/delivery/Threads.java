package dev.outbox.internal.delivery;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads that a transport makes for itself: daemons, named for their role, gone after half a minute without work. */
public final class Threads {
    private static final int IDLE_SECONDS = 30;

    private Threads() {}

    /** At most {@code most} threads. Its queue needs no bound: the engine hands over no more than it permits itself. */
    public static ThreadPoolExecutor pool(String role, int most) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                most, most, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), factory(role));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** Threads named {@code role-1}, {@code role-2} and so on. */
    private static ThreadFactory factory(String role) {
        AtomicInteger number = new AtomicInteger();
        return task -> daemon(role + "-" + number.incrementAndGet(), task);
    }

    /** Not started. */
    public static Thread daemon(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
