package dev.outbox.internal.delivery;

import dev.outbox.Delivery;
import dev.outbox.Message;
import dev.outbox.inprocess.InProcessOptions;
import dev.outbox.inprocess.SubscriberOptions;
import dev.outbox.internal.delivery.FaultyDeliveries.Fault;
import dev.outbox.retry.RetryPolicy;
import dev.outbox.spi.DeliveryListener;
import dev.outbox.testkit.InMemoryStore;
import dev.outbox.testkit.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;

/**
 * Several processes with the same subscribers on one store, and a relay that sends to any of them, under one seed: handlers fail, processes are killed, stop for
 * longer than their claims and go on, the store fails before and after its calls, the relay sends again what is under way. Then the faults end, and everything
 * has to come to an end.
 */
final class DeliverySimulation {
    static final int MAX_ATTEMPTS = 3;

    private static final List<String> NAMES = List.of("a", "b");
    private static final int CHAOS_TICKS = 600;
    private static final Duration LONGEST_TAIL = Duration.ofMinutes(5);
    private static final InProcessOptions OPTIONS = InProcessOptions.defaults()
            .claim(Duration.ofSeconds(5))
            .patience(Duration.ofSeconds(2), Duration.ofSeconds(6))
            .poll(Duration.ofMillis(20), Duration.ofMillis(500));

    private final SplittableRandom random;
    private final ManualClock clock = new ManualClock();
    private final InMemoryStore tables;
    private final DeliveryHistory history;
    private final RelayModel relay;
    private final HandlerModel handlerModel;
    private final List<Process> processes = new ArrayList<>();
    private final int storeFaultsPerThousand;
    private final int killsPerThousand;
    private final int resendsPerThousand;
    private boolean chaos = true;

    /** One process and what it has under way. */
    private static final class Process {
        final HandExecutor handlers = new HandExecutor();
        final HandExecutor storeCalls = new HandExecutor();
        final DeliveryEngine engine;

        Process(Function<Process, DeliveryEngine> made) {
            engine = made.apply(this);
        }
    }

    DeliverySimulation(long seed, Function<ManualClock, InMemoryStore> store) {
        this.random = new SplittableRandom(seed);
        this.tables = store.apply(clock);
        this.history = new DeliveryHistory(NAMES, MAX_ATTEMPTS);
        this.handlerModel = new HandlerModel(random, history);
        this.relay = new RelayModel(random.split(), clock, history);
        this.storeFaultsPerThousand = random.nextBoolean() ? random.nextInt(100) : 0;
        this.killsPerThousand = random.nextBoolean() ? random.nextInt(12) : 0;
        this.resendsPerThousand = random.nextBoolean() ? random.nextInt(30) : 0;
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            processes.add(start("process-" + i));
        }
    }

    /** Runs to the end; returns what broke a guarantee, empty if nothing did. */
    List<String> run() {
        for (int tick = 0; tick < CHAOS_TICKS; tick++) {
            tick();
        }
        chaos = false;
        handlerModel.calm();
        if (!drain()) {
            history.violation("G2: after the faults there was no end within " + LONGEST_TAIL + ": " + relay.left()
                    + " at the relay, next due " + tables.nextDueNanos(NAMES));
        }
        return history.check(tables);
    }

    private void tick() {
        if (random.nextInt(1_000) < killsPerThousand) {
            kill(random.nextInt(processes.size()));
        }
        if (random.nextInt(1_000) < resendsPerThousand) {
            relay.sendAgain(randomProcess().engine);
        }
        relay.send(randomProcess().engine);
        Process process = randomProcess();
        switch (random.nextInt(4)) {
            case 0 -> process.engine.step(clock.nanoTime());
            case 1 -> runOne(process.storeCalls);
            case 2 -> runHandler(process);
            default -> letTimePass();
        }
    }

    /** Mostly a moment; now and then longer than a claim, so that a process that was busy finds itself overtaken. */
    private void letTimePass() {
        int kind = random.nextInt(100);
        long millis = kind == 0 ? 7_000 : kind < 10 ? random.nextInt(1_000) : random.nextInt(20);
        clock.advance(Duration.ofMillis(millis));
    }

    /** Until nothing has been left for longer than a claim may hide it. */
    private boolean drain() {
        long endNanos = clock.nanoTime() + LONGEST_TAIL.toNanos();
        long lastWorkNanos = clock.nanoTime();
        while (clock.nanoTime() < endNanos) {
            if (drainOnce() > 0 || relay.left() > 0 || tables.nextDueNanos(NAMES) != Long.MAX_VALUE) {
                lastWorkNanos = clock.nanoTime();
            } else if (clock.nanoTime() - lastWorkNanos > 2 * OPTIONS.claim().toNanos()) {
                return true;
            }
            advanceToNextEvent();
        }
        return false;
    }

    /** Lets everything happen that happens at this moment; returns how many handlers have run. */
    private int drainOnce() {
        int handled = 0;
        int done = 1;
        while (done > 0) {
            done = relay.send(randomProcess().engine);
            for (int i = 0; i < processes.size(); i++) {
                Process process = processes.get(i);
                done += process.engine.step(clock.nanoTime()) + process.storeCalls.runAll();
                while (process.handlers.size() > 0 && processes.get(i) == process) {
                    runHandler(process);
                    done++;
                    handled++;
                }
            }
        }
        return handled;
    }

    private void advanceToNextEvent() {
        long idle = relay.idleNanos();
        for (Process process : processes) {
            idle = Math.min(idle, process.engine.idleNanos(clock.nanoTime()));
        }
        clock.advanceNanos(Math.max(1, Math.min(idle, Duration.ofSeconds(1).toNanos())));
    }

    private Process randomProcess() {
        return processes.get(random.nextInt(processes.size()));
    }

    private void runOne(HandExecutor executor) {
        if (executor.size() > 0) {
            executor.run(random.nextInt(executor.size()));
        }
    }

    private void runHandler(Process process) {
        history.checkOneAtATime(process.handlers.tasks());
        runOne(process.handlers);
        if (handlerModel.hasEndedTheProcess()) {
            kill(processes.indexOf(process));
        }
    }

    /** Some of what the process had under way takes effect all the same, and nobody hears of it. */
    private void kill(int index) {
        Process killed = processes.get(index);
        while (random.nextInt(3) > 0 && killed.storeCalls.size() > 0) {
            runOne(killed.storeCalls);
        }
        String successor = random.nextBoolean() ? "process-" + index : "process-" + index + "-" + random.nextInt(1_000);
        processes.set(index, start(successor));
    }

    private Process start(String instance) {
        List<Subscriber> subscribers = new ArrayList<>();
        for (String name : NAMES) {
            SubscriberOptions options = SubscriberOptions.defaults()
                    .concurrency(1 + random.nextInt(4))
                    .retry(RetryPolicy.exponential(Duration.ofMillis(100))
                            .maxAttempts(MAX_ATTEMPTS)
                            .permanent(IllegalArgumentException.class));
            subscribers.add(DeliveryRig.subscriber(
                    RelayModel.DESTINATION, name, this::handle, options, new Subscriber.Counters()));
        }
        SplittableRandom engineRandom = random.split();
        FaultyDeliveries store = new FaultyDeliveries(tables, this::storeFault, history::claimed);
        return new Process(process -> new DeliveryEngine(
                new EngineParts(
                        instance,
                        new Subscribers(subscribers),
                        store,
                        DeliveryRig.numbers(OPTIONS),
                        engineRandom,
                        DeliveryListener.NONE,
                        subscribed -> process.handlers,
                        process.storeCalls),
                () -> {}));
    }

    private void handle(Delivery delivery) throws Exception {
        handlerModel.handle(delivery);
    }

    private Fault storeFault() {
        if (!chaos || random.nextInt(1_000) >= storeFaultsPerThousand) {
            return Fault.NONE;
        }
        history.storeFailed();
        return random.nextBoolean() ? Fault.BEFORE : Fault.AFTER;
    }

    /** A message of the simulation: its id ends with its number in its key. */
    static Message message(String key, int number) {
        String id = (key.isEmpty() ? "free" : key) + "-" + number;
        return Message.to(RelayModel.DESTINATION)
                .id(id)
                .key(key.isEmpty() ? null : key)
                .text(id);
    }
}
