package dev.outbox.testkit;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Two calls at the same time. */
final class Race {
    private static final int LIMIT_SECONDS = 60;

    private Race() {}

    /** Begins both at one moment and returns both results; a failure of either fails the test. */
    static <T> List<T> of(Callable<T> first, Callable<T> second) {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            CyclicBarrier start = new CyclicBarrier(2);
            Future<T> one = threads.submit(() -> startTogether(start, first));
            Future<T> other = threads.submit(() -> startTogether(start, second));
            return List.of(one.get(LIMIT_SECONDS, TimeUnit.SECONDS), other.get(LIMIT_SECONDS, TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            throw new AssertionError("one of two concurrent calls failed", e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("two concurrent calls did not end within " + LIMIT_SECONDS + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        } finally {
            threads.shutdownNow();
        }
    }

    private static <T> T startTogether(CyclicBarrier start, Callable<T> call) throws Exception {
        start.await(LIMIT_SECONDS, TimeUnit.SECONDS);
        return call.call();
    }
}
