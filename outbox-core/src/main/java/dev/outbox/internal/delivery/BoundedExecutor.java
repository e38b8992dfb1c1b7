package dev.outbox.internal.delivery;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
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
        try {
            Runnable task = waiting.poll();
            while (task != null) {
                task.run();
                task = next();
            }
        } finally {
            threads.decrementAndGet();
            goOnElsewhere();
        }
    }

    /** An interrupt that is not ours is for the executor to see, not for the next task. */
    private @Nullable Runnable next() {
        return Thread.currentThread().isInterrupted() ? null : waiting.poll();
    }

    /** What came when this thread was about to end, or was left because it was interrupted or an error ended it. */
    private void goOnElsewhere() {
        if (!waiting.isEmpty() && enter()) {
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
