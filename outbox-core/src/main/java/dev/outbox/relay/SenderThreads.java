package dev.outbox.relay;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads on which transports are called: as few as are at work at a time, and at most {@value #MOST}; what comes while all of them are blocked waits. They end when
 * idle for long, and with the relay.
 */
final class SenderThreads implements Executor {
    /** So many destinations may block before others have to wait for one of them. */
    static final int MOST = 16;

    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger workers = new AtomicInteger();
    private final ThreadPoolExecutor pool;

    SenderThreads(String name) {
        AtomicInteger number = new AtomicInteger();
        pool = new ThreadPoolExecutor(0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
            Thread thread = new Thread(task, "outbox-send-" + name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public void execute(Runnable command) {
        waiting.add(command);
        startWorker();
    }

    private void startWorker() {
        if (workers.getAndUpdate(count -> Math.min(count + 1, MOST)) < MOST) {
            pool.execute(this::work);
        }
    }

    private void work() {
        try {
            for (Runnable next = waiting.poll(); next != null; next = waiting.poll()) {
                next.run();
            }
        } finally {
            workers.decrementAndGet();
        }
        // Something may have come after the last look, when this worker still counted.
        if (!waiting.isEmpty()) {
            startWorker();
        }
    }

    /** Begins nothing any more; a call under way may end, and is not interrupted. */
    void shutdown() {
        waiting.clear();
        pool.shutdown();
    }
}
