package dev.outbox.internal.delivery;

import java.time.Duration;
import java.util.List;

/**
 * What the engines have in common: the order of work in a step, what was parked, and the way to the end.
 *
 * <p><strong>Threads.</strong> One thread calls {@link #step}; it owns everything but the {@link Mailbox}, through which other threads bring messages, results
 * of handlers and results of the store. A step never blocks: handlers and calls of the store run on executors. Time and chance are passed in, so that a test
 * that also drives the executors sees the same run for the same seed.
 */
abstract sealed class EngineFrame implements Engine permits DeliveryEngine, ConsumerEngine {
    private enum Phase {
        RUNNING,
        STOPPING,
        INTERRUPTED,
        FINISHED
    }

    /** How long interrupted handlers and the last calls of the store may take. */
    public static final Duration LAST_CALLS = Duration.ofSeconds(1);

    private final EngineParts parts;
    private final Mailbox mailbox;
    private final EngineClock clock = new EngineClock();
    private final Reports reports;
    private final StoreCalls calls;
    private final StoreCalls burials;
    private final Dispatcher dispatcher;
    private final EngineTools tools;
    private final ParkedDeliveries parked;
    private final ClaimLoop claims;
    private final Alarm deadline = new Alarm();
    private volatile Phase phase = Phase.RUNNING;

    /** @param wake called, on any thread, when there is something to do */
    EngineFrame(EngineParts parts, Runnable wake) {
        this.parts = parts;
        this.mailbox = new Mailbox(wake);
        this.reports = new Reports(parts.listener(), clock);
        this.calls = new StoreCalls(parts.storeCalls(), mailbox, new Trouble("The store of deliveries", reports));
        this.burials = parts.burialCalls() == parts.storeCalls()
                ? calls
                : new StoreCalls(parts.burialCalls(), mailbox, new Trouble("The channel of dead letters", reports));
        Solitude solitude = new Solitude(parts.options().claim().toNanos());
        this.dispatcher = new Dispatcher(parts, clock, mailbox, reports, solitude);
        this.tools = new EngineTools(parts, clock, calls, burials, dispatcher, reports);
        this.parked = new ParkedDeliveries(tools, this::due);
        this.claims = new ClaimLoop(tools, parked);
    }

    /** Where the fresh deliveries come from. */
    abstract Intake intake();

    final EngineTools tools() {
        return tools;
    }

    final Mailbox mailbox() {
        return mailbox;
    }

    @Override
    public final int step(long nowNanos) {
        clock.set(nowNanos);
        List<Runnable> letters = mailbox.takeAll();
        letters.forEach(this::open);
        if (phase == Phase.FINISHED) {
            return letters.size();
        }
        intake().step();
        parked.step();
        claims.step();
        int started = dispatcher.start(nowNanos);
        intake().endOfStep();
        if (phase != Phase.RUNNING) {
            proceedToEnd(nowNanos);
        }
        return letters.size() + started;
    }

    @Override
    public final long idleNanos(long nowNanos) {
        if (phase == Phase.FINISHED) {
            return Long.MAX_VALUE;
        }
        long idle = Math.min(intake().idleNanos(nowNanos), parked.idleNanos(nowNanos));
        idle = Math.min(idle, Math.min(claims.idleNanos(nowNanos), dispatcher.idleNanos(nowNanos)));
        return Math.min(idle, deadline.remainingNanos(nowNanos));
    }

    /** Begins to close, from any thread: nothing is started or claimed any more. */
    public final void stop() {
        mailbox.post(this::beginToStop);
    }

    @Override
    public final boolean isFinished() {
        return phase == Phase.FINISHED;
    }

    /** Ends at once, on the engine's thread: nobody is kept waiting. */
    @Override
    public final void finish() {
        phase = Phase.FINISHED;
        mailbox.close().forEach(this::open);
        parked.abandon();
        intake().abandon();
    }

    final void due(Duration delay) {
        claims.wakeIn(delay);
    }

    private void open(Runnable letter) {
        try {
            letter.run();
        } catch (RuntimeException fault) {
            reports.fault("A step of the delivery engine", fault);
        }
    }

    private void beginToStop() {
        if (phase == Phase.RUNNING) {
            phase = Phase.STOPPING;
            dispatcher.stop();
            claims.stop();
            intake().stop();
            parked.stop();
            deadline.setAt(clock.nanos() + parts.options().closeTimeout().toNanos());
        }
    }

    private void proceedToEnd(long nowNanos) {
        if (isSettled() || (phase == Phase.INTERRUPTED && deadline.isDue(nowNanos))) {
            finish();
        } else if (phase == Phase.STOPPING && deadline.isDue(nowNanos)) {
            phase = Phase.INTERRUPTED;
            dispatcher.interrupt();
            deadline.setAt(nowNanos + LAST_CALLS.toNanos());
        }
    }

    private boolean isSettled() {
        return dispatcher.running() == 0
                && intake().underWay() == 0
                && parked.held() == 0
                && calls.underWay() + burials.underWay() == 0;
    }
}
