package dev.outbox.internal.delivery;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** Keeps tasks until a test runs them. */
final class HandExecutor implements Executor {
    private final List<Runnable> tasks = new ArrayList<>();
    private boolean refusing;

    @Override
    public void execute(Runnable task) {
        if (refusing) {
            throw new RejectedExecutionException("full");
        }
        tasks.add(task);
    }

    void refuse(boolean refuses) {
        refusing = refuses;
    }

    int size() {
        return tasks.size();
    }

    List<Runnable> tasks() {
        return tasks;
    }

    /** Runs the task at {@code index}, 0 for the oldest. */
    void run(int index) {
        tasks.remove(index).run();
    }

    int runAll() {
        List<Runnable> all = List.copyOf(tasks);
        tasks.clear();
        all.forEach(Runnable::run);
        return all.size();
    }
}
