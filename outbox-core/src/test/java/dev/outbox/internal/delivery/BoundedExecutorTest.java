package dev.outbox.internal.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BoundedExecutorTest {
    private final List<Runnable> threads = new ArrayList<>();
    private final List<String> ran = new ArrayList<>();
    private final BoundedExecutor two = new BoundedExecutor(threads::add, 2);

    @Test
    void takesNoMoreThreadsThanItsBoundAndRunsAllTasksOnThem() {
        List.of("a", "b", "c", "d").forEach(name -> two.execute(() -> ran.add(name)));
        assertThat(threads).hasSize(2);
        threads.get(0).run();
        threads.get(1).run();
        assertThat(ran).containsExactly("a", "b", "c", "d");
        two.execute(() -> ran.add("e"));
        assertThat(threads).hasSize(3);
    }

    @Test
    void aTaskForWhichThereIsNoThreadIsRefusedAndNotRunLater() {
        List<Runnable> taken = new ArrayList<>();
        BoundedExecutor full = new BoundedExecutor(
                task -> {
                    if (taken.isEmpty()) {
                        taken.add(task);
                    } else {
                        throw new RejectedExecutionException("full");
                    }
                },
                2);
        full.execute(() -> ran.add("a"));
        assertThatThrownBy(() -> full.execute(() -> ran.add("b"))).isInstanceOf(RejectedExecutionException.class);
        taken.get(0).run();
        assertThat(ran).containsExactly("a");
    }

    @Test
    void anInterruptOfSomebodyElseGoesToTheExecutorAndNotToTheNextTask() {
        two.execute(() -> {
            ran.add("a");
            Thread.currentThread().interrupt();
        });
        two.execute(() -> ran.add("b"));
        Runnable first = threads.remove(0);
        threads.clear();
        first.run();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(ran).containsExactly("a");
        assertThat(threads).as("a thread for what is left").hasSize(1);
        threads.get(0).run();
        assertThat(ran).containsExactly("a", "b");
    }

    @Test
    void anErrorEndsItsThreadAndNothingElse() {
        two.execute(() -> {
            throw new InternalError("broken");
        });
        two.execute(() -> ran.add("b"));
        Runnable first = threads.remove(0);
        threads.clear();
        assertThatThrownBy(first::run).isInstanceOf(InternalError.class);
        threads.get(0).run();
        assertThat(ran).containsExactly("b");
    }

    @Test
    void noTaskIsForgottenBetweenAThreadThatEndsAndATaskThatComes() throws InterruptedException {
        int tasks = 200_000;
        CountDownLatch all = new CountDownLatch(tasks);
        AtomicInteger atATime = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            BoundedExecutor bounded = new BoundedExecutor(pool, 3);
            for (int i = 0; i < tasks; i++) {
                bounded.execute(() -> {
                    most.accumulateAndGet(atATime.incrementAndGet(), Math::max);
                    atATime.decrementAndGet();
                    all.countDown();
                });
            }
            assertThat(all.await(30, TimeUnit.SECONDS)).as("all tasks ran").isTrue();
        } finally {
            pool.shutdown();
        }
        assertThat(most.get()).isBetween(1, 3);
    }

    /** The task comes when the only thread is about to end: it still counts, and the pool has no other. */
    @Test
    void aTaskThatComesWhenTheOnlyThreadOfAFullExecutorEndsIsRun() throws InterruptedException {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(1, 1, 1, TimeUnit.MINUTES, new SynchronousQueue<>());
        try {
            BoundedExecutor one = new BoundedExecutor(pool, 1);
            for (int round = 0; round < 10_000; round++) {
                AtomicBoolean first = new AtomicBoolean();
                executeWhenThereIsRoom(one, () -> first.set(true));
                while (!first.get()) {
                    Thread.onSpinWait(); // so that the next comes as soon as possible
                }
                CountDownLatch second = new CountDownLatch(1);
                executeWhenThereIsRoom(one, second::countDown);
                assertThat(second.await(1, TimeUnit.MINUTES))
                        .as("the second task of round %s ran", round)
                        .isTrue();
            }
        } finally {
            pool.shutdown();
        }
    }

    private static void executeWhenThereIsRoom(BoundedExecutor executor, Runnable task) {
        while (true) {
            try {
                executor.execute(task);
                return;
            } catch (RejectedExecutionException full) {
                Thread.onSpinWait();
            }
        }
    }
}
