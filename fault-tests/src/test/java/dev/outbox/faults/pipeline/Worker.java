package dev.outbox.faults.pipeline;

import dev.outbox.faults.nemesis.ShiftedClock;
import dev.outbox.faults.nemesis.Victim;
import dev.outbox.testservers.ChildJvm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A place for one process, which is taken by another one after it was killed. For one thread. */
final class Worker implements Victim, AutoCloseable {
    private static final Duration START = Duration.ofMinutes(3);

    private final Setup setup;
    private final Class<?> main;
    private final List<ChildJvm> all = new ArrayList<>();

    Worker(Setup setup, Class<?> main) {
        this.setup = setup;
        this.main = main;
    }

    @Override
    public String name() {
        return setup.instance();
    }

    @Override
    public void kill() {
        all.forEach(ChildJvm::kill9);
    }

    @Override
    public void start(Duration clock) {
        ChildJvm.Builder child = setup.child(main);
        all.add((clock.isZero() ? child : ShiftedClock.shift(child, clock)).start());
    }

    void awaitStarted() {
        current().awaitLine("started"::equals, START);
    }

    private ChildJvm current() {
        return all.get(all.size() - 1);
    }

    @Override
    public void halt() {
        current().sigstop();
    }

    @Override
    public void goOn() {
        current().sigcont();
    }

    /** Whether the latest one runs. */
    boolean isRunning() {
        return current().isRunning();
    }

    /** What all of its processes have written. */
    List<String> lines() {
        return all.stream().flatMap(child -> child.lines().stream()).toList();
    }

    @Override
    public void close() {
        all.forEach(ChildJvm::close);
    }
}
