package dev.outbox.internal.delivery;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes at most so many threads of an executor at a time. A thread goes on with the next task while there is one, so that quick ones cost no hand-over each.
 * Thread-safe, but for {@link #execute}, which one thread calls.
 */
public final class BoundedExecutor implements Executor {
    private static final Logger LOG = LoggerFactory.getLogger(BoundedExecutor.class);

    private final Executor executor;
    private final int most;
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger threads = new AtomicInteger();

    BoundedExecutor(Executor executor, int most) {
        this.executor = executor;
        this.most = most;
    }

    /** For each subscriber, at most as many threads of {@code executor} as its {@link Subscriber#concurrency}. */
    public static Function<Subscriber, Executor> over(Executor executor) {
        return subscriber -> new BoundedExecutor(executor, subscriber.concurrency());
    }

    /** Runs {@code task}, after those before it have begun; what it throws is that the executor takes no more, and then the task is not run. */
    @Override
    public void execute(Runnable task) {
        waiting.add(task);
        if (!enter()) {
            return;
        }
        try {
            executor.execute(this::work);
        } catch (RuntimeException refused) {
            threads.decrementAndGet();
            if (waiting.remove(task)) { // no other thread has taken it meanwhile
                throw refused;
            }
        }
    }

    private void work() {
        while (runAndLeave() && hasMore()) {
            // What came after the last look had found this thread still counted. It goes on here: the executor may have
            // no other.
        }
    }

    /** Runs what waits, and counts this thread no more; false if what is left is not for this thread. */
    private boolean runAndLeave() {
        boolean ran = false;
        try {
            ran = runAll();
            return ran;
        } finally {
            threads.decrementAndGet();
            if (!ran) {
                goOnElsewhere();
            }
        }
    }

    /** Runs what waits; false after an interrupt that is not ours: it is for the executor to see, not for the next task. */
    private boolean runAll() {
        for (Runnable task = waiting.poll(); task != null; task = waiting.poll()) {
            task.run();
            if (Thread.currentThread().isInterrupted()) {
                return false;
            }
        }
        return true;
    }

    private boolean hasMore() {
        return !waiting.isEmpty() && enter();
    }

    /** What was left because this thread was interrupted or an error ended it. */
    private void goOnElsewhere() {
        if (hasMore()) {
            try {
                executor.execute(this::work);
            } catch (RuntimeException refused) {
                threads.decrementAndGet();
                LOG.debug("The executor takes no more; what waits goes with the next task that it takes", refused);
            }
        }
    }

    private boolean enter() {
        int now = threads.get();
        while (now < most) {
            if (threads.compareAndSet(now, now + 1)) {
                return true;
            }
            now = threads.get();
        }
        return false;
    }
}
