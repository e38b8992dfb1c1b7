package dev.outbox.relay;

import dev.outbox.spi.Change;
import dev.outbox.spi.Depth;
import dev.outbox.spi.FailureText;
import dev.outbox.spi.Fetched.Row;
import dev.outbox.spi.Heartbeat;
import dev.outbox.spi.LeaseTable;
import dev.outbox.spi.LeaseTable.Instance;
import dev.outbox.spi.OutboxStore;
import dev.outbox.spi.Outcome;
import dev.outbox.spi.ParkReason;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The relay as one function: {@link #step} does what is to be done at a given time and never waits.
 *
 * <p><b>Concurrency.</b> One thread calls {@code step}; all state belongs to it. Transports and the store's two command lanes only add to two lock-free queues,
 * which {@code step} empties. Reads go through one lane, writes through the other, heartbeats through whichever is free, so that a statement that hangs
 * stops neither the leases nor what the other lane does.
 *
 * <p><b>Order.</b> A message is sent only after every earlier visible one of its key was confirmed to this relay or seen to be gone. No part of this
 * depends on a clock or on a lease: each read covers every unheld row above a safe floor ({@link ReadPosition}), tells in the same snapshot whether the key has
 * parked rows, and rows of a key wait in one queue ({@link KeyQueue}) with one message under way. Leases keep duplicates and work down.
 *
 * <p><b>Crash safety.</b> Nothing in memory is needed by anybody. A confirmed message whose delete was not committed is sent again; a failed one whose parking
 * was not committed is tried again; what may have been in flight is noted beforehand ({@link Suspects}).
 */
class RelayEngine {
    /** How many times as long as a read that began at zero the pause after it is. */
    private static final int PAUSES_FROM_ZERO = 20;

    private static final long TIMEOUT_CHECK_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long STORE_PAUSE_NANOS = Duration.ofMillis(100).toNanos();
    /** How many times as long as a read of parked rows took, fresh rows have the reads to themselves while such come. */
    private static final int FRESH_TO_PARKED = 49;

    private static final long LONGEST_FRESH_NANOS = Duration.ofSeconds(1).toNanos();

    private record Answer(long token, Outcome outcome) {}

    private final RelayParts parts;
    private final OutboxStore store;
    private final RelayOptions options;
    private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final Queue<Runnable> results = new ConcurrentLinkedQueue<>();
    private final AtomicInteger signals = new AtomicInteger();
    private final Runnable signal;
    private final CommandLane reads;
    private final CommandLane writes;

    final Memory memory;
    final Leases leases;
    final Suspects suspects;
    final Notes notes;
    final Dispatcher dispatcher;
    final DueTimer dueTimer = new DueTimer();
    final Settler settler;
    final Verdicts verdicts;
    final Intake intake;
    final DueIntake dueIntake;
    final Polling polling;
    final Meter meter;

    private final Chores chores;
    private volatile boolean hinted;
    private boolean stopping;
    /** Whether there was no room for a read: what makes room also signals. */
    private boolean crowded;
    /** Whether the last read of fresh rows brought any. */
    private boolean flowing;

    private long freshUntilNanos;

    private boolean heartbeatUnderWay;
    private long now;
    private long nextSweepNanos;
    private long nextTimeoutCheckNanos;
    private long writesPausedUntilNanos;
    private long readsPausedUntilNanos;

    /** @param signal called from any thread when there is something to do */
    RelayEngine(RelayParts parts, long now, Runnable signal) {
        this.parts = parts;
        this.store = parts.store();
        this.options = parts.options();
        this.signal = signal;
        this.now = now;
        this.reads = new CommandLane(parts.commands(), this::result);
        this.writes = new CommandLane(parts.commands(), this::result);
        this.meter = new Meter(parts.listener());
        this.suspects = new Suspects(options.lease().toNanos());
        this.memory = newMemory(parts);
        this.leases = newLeases(parts);
        this.notes = new Notes(store, parts.name(), suspects, memory, leases);
        this.dispatcher = newDispatcher(parts);
        this.settler = newSettler(parts);
        this.verdicts = newVerdicts(parts);
        this.intake = newIntake(parts);
        this.dueIntake = new DueIntake(memory, leases, options, suspects, dispatcher, settler, verdicts, dueTimer);
        this.chores = new Chores(store, leases, dueTimer, now);
        this.polling = new Polling(options.minPoll(), options.maxPoll(), parts.random());
        this.nextSweepNanos = now + options.sweep().toNanos();
        this.nextTimeoutCheckNanos = now;
        this.writesPausedUntilNanos = now;
        this.readsPausedUntilNanos = now;
        this.freshUntilNanos = now;
        dueTimer.wakeIn(0, now);
    }

    Memory newMemory(RelayParts parts) {
        return new Memory(parts::newLane);
    }

    Leases newLeases(RelayParts parts) {
        return new Leases(
                parts.name(),
                options.lease(),
                parts.random(),
                this::acquired,
                this::lost,
                slot -> memory.isQuiet(slot));
    }

    Dispatcher newDispatcher(RelayParts parts) {
        return new Dispatcher(memory, leases, notes, newSenders(parts), options.maxInFlight(), now);
    }

    Senders newSenders(RelayParts parts) {
        return new Senders(parts.sendings(), this::answer, returned -> {
            results.add(returned);
            signal();
        });
    }

    Settler newSettler(RelayParts parts) {
        return new Settler(store, parts.name(), memory, leases, dispatcher, options, dueTimer, at -> polling.hint(at));
    }

    Verdicts newVerdicts(RelayParts parts) {
        return new Verdicts(memory, dispatcher, settler, options.retry(), parts.random(), meter, parts.wallClock());
    }

    Intake newIntake(RelayParts parts) {
        return new Intake(memory, leases, options, dueTimer);
    }

    /** Something was published: look soon. Any thread. */
    void hint() {
        if (!hinted) {
            hinted = true;
            signal();
        }
    }

    /** The counts of the tables, as they were read last; they are read again soon. Any thread. */
    @Nullable
    Depth depth() {
        return chores.depth();
    }

    /** Takes an outcome. Any thread. */
    void answer(long token, Outcome outcome) {
        answers.add(new Answer(token, outcome));
        signal();
    }

    /** Takes the result of a store command, to be looked at by the next step. Any thread. */
    void result(Runnable continuation) {
        results.add(continuation);
        signal();
    }

    private void signal() {
        if (signals.getAndIncrement() == 0) {
            signal.run();
        }
    }

    /** Fetches nothing any more; what is in flight is awaited and settled by further steps. */
    void stop() {
        stopping = true;
    }

    /** After {@link #stop}: whether nothing is in flight, unsettled or under way. */
    boolean isQuiet() {
        return dispatcher.inFlightCount() == 0 && settler.isEmpty() && reads.isFree() && writes.isFree();
    }

    /** Does what is to be done at {@code nowNanos}; returns how much that was, 0 if nothing. */
    int step(long nowNanos) {
        now = nowNanos;
        signals.set(0);
        int work = takeResults() + takeAnswers();
        leases.expire(now);
        checkTimeouts();
        work += heartbeat();
        work += settle();
        if (!stopping) {
            work += read();
            work += dispatcher.dispatch(now);
        }
        meter.slots(leases.ownedCount());
        meter.tick(now);
        return work;
    }

    /** Nanoseconds until a step is due though nothing signals; 0 when one is due now. */
    long nanosUntilStep(long nowNanos) {
        long wait = TIMEOUT_CHECK_NANOS;
        if (reads.isFree() || writes.isFree()) {
            long heartbeat =
                    heartbeatUnderWay ? wait : leases.isDue(nowNanos) ? 0 : leases.nextHeartbeatNanos() - nowNanos;
            wait = Math.min(wait, heartbeat);
        }
        if (writes.isFree() && (notes.isWriteDue() || !settler.isEmpty())) {
            long due = notes.isWriteDue() ? 0 : settler.nanosUntilDue(nowNanos);
            wait = Math.min(wait, Math.max(due, writesPausedUntilNanos - nowNanos));
        }
        if (!stopping) {
            if (reads.isFree() && leases.ownedCount() > 0) {
                long poll = crowded ? options.minPoll().toNanos() : polling.nanosUntilDue(nowNanos);
                long due = Math.max(dueTimer.nanosUntilDue(nowNanos), flowing ? freshUntilNanos - nowNanos : 0);
                long next = Math.min(poll, due);
                wait = Math.min(wait, Math.max(next, readsPausedUntilNanos - nowNanos));
            }
            wait = Math.min(wait, dispatcher.nanosUntilReady(nowNanos));
        }
        return Math.max(0, wait);
    }

    private int takeResults() {
        int count = 0;
        for (Runnable result = results.poll(); result != null; result = results.poll()) {
            result.run();
            count++;
        }
        return count;
    }

    private int takeAnswers() {
        int count = 0;
        for (Answer answer = answers.poll(); answer != null; answer = answers.poll()) {
            verdicts.onOutcome(answer.token(), answer.outcome(), now);
            count++;
        }
        return count;
    }

    private void checkTimeouts() {
        if (now - nextTimeoutCheckNanos < 0) {
            return;
        }
        nextTimeoutCheckNanos = now + TIMEOUT_CHECK_NANOS;
        dispatcher.inFlight().forEach(held -> {
            Duration timeout = held.lane().transport.sendTimeout();
            if (now - held.sinceNanos > timeout.toNanos()) {
                verdicts.onTimeout(held, new SendTimeoutException(timeout), now);
            }
        });
        memory.forgetIdleLanes();
    }

    private int heartbeat() {
        CommandLane lane = writes.isFree() ? writes : reads;
        if (heartbeatUnderWay || !lane.isFree() || !leases.isDue(now)) {
            return 0;
        }
        heartbeatUnderWay = true;
        Heartbeat heartbeat = leases.heartbeat();
        long asked = now;
        lane.submit(
                () -> store.heartbeat(heartbeat),
                table -> {
                    heartbeatUnderWay = false;
                    meter.storeWorks();
                    takeUpNotes(table);
                    leases.answer(heartbeat, table, asked, now);
                },
                failure -> {
                    heartbeatUnderWay = false;
                    leases.unanswered(now);
                    storeFailed(failure);
                });
        return 1;
    }

    /** Notes of instances that ended, and of an earlier life of this one, name suspects. */
    private void takeUpNotes(LeaseTable table) {
        for (Instance instance : table.instances()) {
            boolean earlierLife = instance.name().equals(parts.name()) && notes.nothingWritten();
            if (instance.alive() && !earlierLife) {
                suspects.lives(instance.name());
                chores.isAlive(instance.name());
            } else if (instance.marker() != null) {
                suspects.takeUp(instance.name(), instance.marker(), now);
            }
        }
    }

    private void acquired(int slot) {
        intake.acquired(slot);
        notes.slotsChanged();
        polling.now(now);
        dueTimer.wakeIn(0, now);
    }

    private void lost(int slot) {
        intake.lost(slot);
        memory.dropSlot(slot);
        notes.slotsChanged();
    }

    private int settle() {
        if (!writes.isFree() || now - writesPausedUntilNanos < 0) {
            return 0;
        }
        if (notes.isWriteDue()) {
            notes.write(writes, meter::storeWorks, this::writeFailed);
            return 1;
        }
        if (settler.isDue(now) || (stopping && !settler.isEmpty())) {
            settler.settle(writes, () -> now, meter::storeWorks, this::writeFailed);
            return 1;
        }
        return chores.next(writes, now, this::writeFailed) ? 1 : 0;
    }

    private int read() {
        if (hinted) {
            hinted = false;
            polling.hint(now);
        }
        if (!reads.isFree() || now - readsPausedUntilNanos < 0 || leases.ownedCount() == 0) {
            return 0;
        }
        // Retries, of which there may be thousands, leave most of the reads to fresh messages.
        boolean turnOfFresh = flowing && now - freshUntilNanos < 0;
        if (!turnOfFresh && dueTimer.isDue(now) && readDue()) {
            return 1;
        }
        if (now - nextSweepNanos >= 0) {
            nextSweepNanos = now + options.sweep().toNanos();
            intake.sweep();
            dueTimer.wakeIn(0, now);
        }
        boolean slotsDue = polling.isDue(now);
        return (slotsDue || intake.hasReadyDetour()) && readHot(slotsDue) ? 1 : 0;
    }

    /**
     * When to read again. A read that begins at zero walks over what the database has not removed yet: one that brings nothing is followed by a longer pause, and where walking is what it
     * takes its time for, there is one after any that does not bring its fill, also while hints come and rows are left, so that reads take a twentieth of the time (R17).
     */
    private void scheduleNext(Intake.Plan plan, int brought, boolean more, long horizon, long took) {
        polling.after(brought, more, horizon == 0 ? PAUSES_FROM_ZERO * took : took, now);
        if (!more || !plan.isFilledBy(brought)) {
            polling.rest(Math.min(options.maxPoll().toNanos(), PAUSES_FROM_ZERO * intake.nanosInVain()), now);
        }
    }

    private boolean readHot(boolean slotsDue) {
        Intake.Plan plan = intake.plan(slotsDue, now);
        crowded = slotsDue && plan == null;
        if (plan == null) {
            return false;
        }
        long began = now;
        polling.begins();
        reads.submit(
                () -> store.fetch(plan.fetch()),
                fetched -> {
                    meter.storeWorks();
                    if (intake.isOtherDatabase(fetched)) {
                        for (int slot = 0; slot < dev.outbox.spi.Slot.COUNT; slot++) {
                            leases.lose(slot);
                        }
                    }
                    int before = memory.size();
                    boolean more = intake.process(plan, fetched, this::take, now);
                    int brought = memory.size() - before;
                    memory.readEnds();
                    if (plan.ofSlots() && !more) {
                        chores.served(suspects.completeRead(now));
                    }
                    if (slotsDue) {
                        flowing = brought > 0;
                        scheduleNext(plan, brought, more, fetched.horizon(), now - began);
                    }
                },
                this::readFailed);
        return true;
    }

    /** Routes a row of {@code outbox_message} that was just read. */
    private void take(Row row, long epoch, long read, long at) {
        Held held = memory.add(row.stored(), epoch, false);
        held.sinceNanos = at;
        if (row.stored().flaw().isPresent()) {
            verdicts.unreadable(held, at);
        } else if (suspects.wasAlone(held.slot(), held.position(), held.attempts)) {
            verdicts.chargeCrash(held, at);
        } else if (row.scheduled()) {
            settler.change(held, new Change.Park(held.row(), ParkReason.SCHEDULED, 0, Duration.ZERO, ""), at);
        } else if (row.blocked() || held.queue.isMovingAt(read)) {
            verdicts.parkBehind(held, at);
        } else {
            held.suspicion = suspects.suspicion(held.slot(), held.position(), false);
            dispatcher.enqueue(held);
        }
    }

    private boolean readDue() {
        DueIntake.Plan plan = dueIntake.plan(now);
        if (plan == null) {
            return false;
        }
        long began = now;
        reads.submit(
                () -> store.fetchDue(plan.fetch()),
                fetched -> {
                    meter.storeWorks();
                    freshUntilNanos = now + Math.min(LONGEST_FRESH_NANOS, FRESH_TO_PARKED * (now - began));
                    dueIntake.process(plan, fetched, now);
                    memory.readEnds();
                },
                failure -> {
                    dueTimer.wakeIn(STORE_PAUSE_NANOS, now);
                    readFailed(failure);
                });
        return true;
    }

    private void readFailed(RuntimeException failure) {
        memory.readEnds();
        readsPausedUntilNanos = now + pauseNanos();
        storeFailed(failure);
    }

    private void writeFailed(RuntimeException failure) {
        writesPausedUntilNanos = now + pauseNanos();
        storeFailed(failure);
    }

    private long pauseNanos() {
        return STORE_PAUSE_NANOS + parts.random().nextLong(STORE_PAUSE_NANOS);
    }

    private void storeFailed(RuntimeException failure) {
        meter.storeFailed(FailureText.of(failure));
    }
}
