package dev.outbox.relay;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One run of real relay engines on a database and destinations in memory, in virtual time, all of it decided by one seed. First faults happen, then none any
 * more, and everything has to be delivered or given up within a bound (G2).
 */
final class Simulation {
    private static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");
    private static final long CHECK_NANOS = Scenario.millis(100);
    private static final long DRAIN_NANOS = Scenario.millis(40_000);
    private static final long MOST_EVENTS = 2_000_000;

    /** What came out of a run. */
    record Result(
            Scenario scenario,
            List<String> violations,
            Map<Fault, Integer> injected,
            long arrivals,
            long longestWaitNanos,
            long endNanos,
            long events) {}

    final Timeline timeline = new Timeline();
    final Scenario scenario;
    final Ledger ledger;
    final Broker broker;
    final Plant plant;
    final SimDatabase database;
    final Publishers publishers;
    final List<SimProcess> processes = new ArrayList<>();
    final InstantSource wallClock = () -> BEGINNING.plusNanos(timeline.now());

    private final Audit audit;
    private int names;
    private int restarting;
    private int disturbances;
    private long disturbedNanos;
    private boolean drained;

    private Simulation(Scenario scenario, Plant plant) {
        this.scenario = scenario;
        this.plant = plant;
        this.ledger = new Ledger(scenario, timeline);
        this.broker = new Broker(scenario, timeline, ledger);
        this.database = plant.database(wallClock, ledger);
        this.publishers = new Publishers(this);
        this.audit = new Audit(this);
    }

    /** Runs {@code seed} with what it draws, and the faults that are to happen in any case. */
    static Result run(long seed, Set<Fault> always, Plant plant) {
        Simulation simulation = new Simulation(new Scenario(seed, always), plant);
        simulation.run();
        return simulation.result();
    }

    private Result result() {
        return new Result(
                scenario,
                ledger.violations(),
                scenario.injected,
                ledger.arrivals(),
                audit.longestWaitNanos(),
                timeline.now(),
                timeline.count());
    }

    private void run() {
        database.horizonLag(scenario.horizonLag);
        for (int i = 0; i < scenario.relays; i++) {
            long when = i == 0 ? 0 : (long) (scenario.activeNanos * scenario.random.nextDouble() / 3);
            timeline.at(when, () -> processes.add(new SimProcess(this, newName())));
        }
        publishers.plan();
        new Nemesis(this).plan();
        timeline.at(scenario.activeNanos, scenario::calm);
        timeline.in(CHECK_NANOS, this::check);
        while (!drained && ledger.violations().isEmpty() && timeline.next()) {
            if (timeline.count() > MOST_EVENTS) {
                ledger.violated("G12", "the run does not end");
            }
        }
        new OrderCheck(ledger).run();
    }

    private String newName() {
        return "relay-" + ++names;
    }

    private void check() {
        processes.removeIf(process -> !process.isAlive());
        audit.sample(CHECK_NANOS);
        boolean quiet = scenario.isCalm() && publishers.isDone() && restarting == 0;
        if (quiet && audit.isDrained() && audit.isBalanced()) {
            audit.atEnd();
            drained = true;
        } else if (timeline.now() > scenario.activeNanos + drainNanos()) {
            audit.notDrained();
        }
        timeline.in(CHECK_NANOS, this::check);
    }

    /** An empty budget lets one retry a second through. */
    private long drainNanos() {
        return scenario.budgets.isEmpty() ? DRAIN_NANOS : 5 * DRAIN_NANOS;
    }

    /** Another process takes the place of one that is gone or going, some time later. */
    void restart(SimProcess gone) {
        restarting++;
        long delay =
                scenario.isCalm() ? scenario.between(20, 200) : scenario.between(1, 1.5 * scenario.leaseNanos() / 1e6);
        timeline.in(delay, () -> again(gone));
    }

    private void again(SimProcess gone) {
        if (gone.isAlive()) {
            timeline.in(CHECK_NANOS, () -> again(gone));
            return;
        }
        restarting--;
        disturbed();
        processes.add(new SimProcess(this, scenario.random.nextBoolean() ? gone.name : newName()));
    }

    /** Something happened that may delay everything for a while. */
    void disturbed() {
        disturbances++;
        disturbedNanos = timeline.now();
    }

    int disturbances() {
        return disturbances;
    }

    /** For how long nothing has disturbed the relays. */
    long undisturbedNanos() {
        return timeline.now() - disturbedNanos;
    }

    int lateRows() {
        return publishers.lateRows();
    }

    /** The engine threw what it should not throw. */
    void fault(String name, RuntimeException failure) {
        StackTraceElement[] trace = failure.getStackTrace();
        ledger.violated(
                "fault",
                name + ": " + failure
                        + (trace.length > 0 ? " at " + List.of(trace).subList(0, Math.min(8, trace.length)) : ""));
    }
}
