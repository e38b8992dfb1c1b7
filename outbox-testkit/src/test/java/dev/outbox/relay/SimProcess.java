package dev.outbox.relay;

import dev.outbox.spi.OutboxStore;
import dev.outbox.spi.OutcomeListener;
import dev.outbox.spi.Outgoing;
import dev.outbox.spi.Slot;
import dev.outbox.spi.Transport;
import java.time.Duration;
import java.util.List;

/** One life of one relay: its engine, its clock, and the thread that would call its steps. */
final class SimProcess implements Transport {
    private static final int SPIN = 200;

    final String name;
    final RelayEngine engine;

    private final Simulation simulation;
    private final Scenario scenario;
    private final Timeline timeline;
    private final OutboxStore store;
    private final OutboxStore.Registration hints;
    private final double rate;
    private final long offset;
    private final long bornNanos;
    private long stoodStillNanos;

    private boolean dead;
    /** Whether a call of the transport goes on that was blocked: its messages may have been given up meanwhile. */
    private boolean wasBlocked;

    private boolean paused;
    private boolean clockStands;
    private long pausedSinceNanos;
    private boolean stopping;
    private long stopByNanos;
    private long stepAtNanos = Long.MAX_VALUE;
    private long stepNumber;
    private int spins;

    SimProcess(Simulation simulation, String name) {
        this.simulation = simulation;
        this.scenario = simulation.scenario;
        this.timeline = simulation.timeline;
        this.name = name;
        boolean odd = scenario.happens(Fault.CLOCKS, 1);
        this.rate = odd ? 0.6 + scenario.random.nextDouble() : 1;
        this.offset =
                scenario.random.nextInt(4) == 0 ? Long.MAX_VALUE - Scenario.millis(5_000) : scenario.random.nextLong();
        this.bornNanos = timeline.now();
        this.store = simulation.plant.store(new SimStore(simulation.database, simulation, name), this);
        Transport transport = simulation.plant.transport(this);
        RelayParts parts = new RelayParts(
                name,
                store,
                destination -> transport,
                scenario.options,
                scenario.rates,
                scenario.budgets,
                RelayListener.NONE,
                this::execute,
                this::callTransport,
                scenario.random,
                simulation.wallClock);
        this.engine = simulation.plant.engine(parts, clock(), this::signalled, this::reply);
        this.hints = scenario.random.nextBoolean() ? simulation.database.onPublish(engine::hint) : () -> {};
        wake(0);
    }

    private long clock() {
        long still = stoodStillNanos + (paused && clockStands ? timeline.now() - pausedSinceNanos : 0);
        return offset + (long) ((timeline.now() - bornNanos - still) * rate);
    }

    boolean isAlive() {
        return !dead;
    }

    boolean isPaused() {
        return paused;
    }

    boolean isStopping() {
        return stopping;
    }

    /** The process is gone. */
    void crash() {
        Story.tell(timeline, name, "crashes");
        dead = true;
        hints.close();
        simulation.ledger.crashed();
        simulation.disturbed();
    }

    void pause(long nanos, boolean withClock) {
        Story.tell(
                timeline, name, "stands still for " + nanos / 1_000_000 + " ms" + (withClock ? " with its clock" : ""));
        paused = true;
        clockStands = withClock;
        pausedSinceNanos = timeline.now();
        simulation.disturbed();
        timeline.in(nanos, this::resume);
    }

    private void resume() {
        stoodStillNanos += clockStands ? timeline.now() - pausedSinceNanos : 0;
        paused = false;
        simulation.disturbed();
        wake(0);
    }

    /** Ends in good order, or out of patience. */
    void close(long timeoutNanos) {
        if (!stopping && !dead) {
            Story.tell(timeline, name, "is closed, with " + timeoutNanos / 1_000_000 + " ms");
            stopping = true;
            stopByNanos = timeline.now() + timeoutNanos;
            engine.stop();
            simulation.disturbed();
            wake(0);
            timeline.at(stopByNanos, () -> wake(0));
        }
    }

    private void leave() {
        boolean quiet = engine.isQuiet();
        dead = true;
        hints.close();
        simulation.disturbed();
        boolean hasTime = scenario.isFreeOfDuplicates() || scenario.random.nextInt(4) > 0;
        if (!quiet || !hasTime || !hasLeft()) {
            // It ends as if it had been killed.
            simulation.ledger.crashed();
        }
    }

    private boolean hasLeft() {
        try {
            store.leave(name);
            return true;
        } catch (RuntimeException e) {
            return false;
        }
    }

    private void signalled() {
        wake(scenario.between(0.005, 0.1));
    }

    private void wake(long delayNanos) {
        long at = timeline.now() + delayNanos;
        if (dead || at >= stepAtNanos) {
            return;
        }
        stepAtNanos = at;
        long number = ++stepNumber;
        timeline.at(at, () -> {
            if (number == stepNumber) {
                stepAtNanos = Long.MAX_VALUE;
                step();
            }
        });
    }

    private void step() {
        if (dead || paused) {
            return;
        }
        int work;
        try {
            work = engine.step(clock());
        } catch (Broker.ProcessKilled e) {
            crash();
            simulation.restart(this);
            return;
        } catch (RuntimeException e) {
            simulation.fault(name, e);
            return;
        }
        checkBounds();
        if (stopping && (engine.isQuiet() || timeline.now() >= stopByNanos)) {
            leave();
            return;
        }
        sleep(work);
    }

    private void sleep(int work) {
        if (work > 0) {
            spins = 0;
            wake(scenario.between(0.02, 0.2));
            return;
        }
        long wait = engine.nanosUntilStep(clock());
        spins = wait == 0 ? spins + 1 : 0;
        if (spins > SPIN) {
            simulation.ledger.violated("G12", name + " works without a pause and does nothing");
        }
        wake(Math.max(10_000, (long) (wait / rate)));
    }

    /** G12: what is in memory is bounded, but for one row of each slot and destination, and what became visible late. */
    private void checkBounds() {
        int slack = Slot.COUNT * (1 + scenario.destinations) + simulation.lateRows();
        int bound = scenario.maxHeld + slack;
        if (engine.memory.size() > bound) {
            simulation.ledger.violated(
                    "G12", name + " holds " + engine.memory.size() + " messages of at most " + bound);
        }
        long bytes = scenario.options.maxHeldBytes() + (long) slack * Publishers.LONGEST;
        if (engine.memory.bytes() > bytes) {
            simulation.ledger.violated("G12", name + " holds " + engine.memory.bytes() + " bytes of at most " + bytes);
        }
        for (Lane lane : engine.memory.lanes()) {
            if (lane.inFlight > scenario.maxInFlight) {
                simulation.ledger.violated("G12", name + " has " + lane.inFlight + " in flight");
            }
        }
    }

    /** The engine hands a store command to the relay's store threads. */
    private void execute(Runnable command) {
        timeline.in(scenario.between(0.1, 3) + hang(), () -> {
            if (isAlive() || scenario.random.nextBoolean()) {
                command.run();
            }
        });
    }

    /** The engine hands a call of the transport to the relay's sender threads. */
    private void callTransport(Runnable call) {
        if (!scenario.happens(Fault.BLOCKED_SEND, 0.02)) {
            call.run();
            return;
        }
        simulation.disturbed();
        timeline.in(scenario.between(1, longestBlockNanos(scenario) / 1e6), () -> {
            if (isAlive()) {
                simulation.disturbed();
                callLate(call);
            }
        });
    }

    /** How long a call of the transport is blocked at most. */
    static long longestBlockNanos(Scenario scenario) {
        return 5 * scenario.sendTimeoutNanos / 2;
    }

    private void callLate(Runnable call) {
        wasBlocked = true;
        try {
            call.run();
        } catch (Broker.ProcessKilled e) {
            crash();
            simulation.restart(this);
        } finally {
            wasBlocked = false;
        }
    }

    private void reply(Runnable delivery) {
        timeline.in(scenario.between(0.1, 3) + hang(), () -> {
            if (isAlive()) {
                delivery.run();
            }
        });
    }

    private long hang() {
        if (!scenario.happens(Fault.STORE_HANG, 0.03)) {
            return 0;
        }
        simulation.disturbed();
        return scenario.between(50, 2.5 * scenario.leaseNanos() / 1e6);
    }

    long nowNanos() {
        return timeline.now();
    }

    /** Whether the database takes its time, for a mutant. */
    boolean isSlow() {
        return scenario.happens(Fault.STORE_HANG, 0.5);
    }

    boolean isLucky() {
        return scenario.random.nextBoolean();
    }

    /** Something that the database does a little later, whether the process lives or not. */
    void later(Runnable action) {
        timeline.in(scenario.between(1, 20), action);
    }

    void muchLater(Runnable action) {
        timeline.in(scenario.between(50, 3 * scenario.leaseNanos() / 1e6), action);
    }

    Tracked sending(Outgoing outgoing) {
        int slot = Slot.of(outgoing.message());
        Story.tell(timeline, name, outgoing.message().id(), "sends " + outgoing);
        boolean owns = simulation.database.isOwner(name, slot, engine.leases.epoch(slot));
        if (stopping && !wasBlocked) {
            simulation.ledger.violated("G11", name + " sends " + outgoing.message() + " though it was closed");
        }
        Tracked tracked = simulation.ledger.sending(outgoing, name, owns);
        tracked.unknowns += wasBlocked ? 1 : 0;
        return tracked;
    }

    void failed(Tracked tracked) {
        simulation.ledger.failed(tracked, simulation.disturbances());
    }

    @Override
    public void send(List<Outgoing> batch, OutcomeListener outcomes) {
        simulation.broker.send(this, batch, (token, outcome) -> {
            Story.tell(timeline, name, "outcome of " + token + ": " + outcome);
            if (isAlive()) {
                outcomes.onOutcome(token, outcome);
            }
        });
    }

    @Override
    public int longestRun() {
        return scenario.longestRun;
    }

    @Override
    public Duration sendTimeout() {
        return Duration.ofNanos(scenario.sendTimeoutNanos);
    }

    @Override
    public void close() {}
}
