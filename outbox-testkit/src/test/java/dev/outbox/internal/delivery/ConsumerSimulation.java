package dev.outbox.internal.delivery;

import dev.outbox.Delivery;
import dev.outbox.Message;
import dev.outbox.internal.delivery.FaultyDeliveries.Fault;
import dev.outbox.retry.RetryPolicy;
import dev.outbox.spi.DeadLetterQuery;
import dev.outbox.spi.DeliveryListener;
import dev.outbox.testkit.InMemoryTopic;
import dev.outbox.testkit.ManualClock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Several processes of one consumer that read a topic with partitions, under one seed: handlers fail, are slow and end their processes; processes are killed,
 * close and start again, are taken for dead by the broker and go on; partitions move, and are taken away before their deliveries have ended; the store fails
 * before and after its calls; some handle in batches, some
 * have no store but for dead letters; publishers send duplicates; clocks disagree. Then the faults end, and everything has to come to its end; then all dead letters
 * are redriven, and everything has to be handled.
 */
final class ConsumerSimulation {
    static final int MAX_ATTEMPTS = 3;
    static final String NAME = "payment";

    private static final int CHAOS_TICKS = 900;
    private static final int MOST_TURNS = 200_000;
    private static final Duration LONGEST_TAIL = Duration.ofMinutes(10);
    private static final EngineOptions NUMBERS = new EngineOptions(
            Duration.ofSeconds(5),
            Duration.ofSeconds(2),
            Duration.ofSeconds(6),
            1_000,
            Duration.ofMillis(20),
            Duration.ofMillis(500),
            Duration.ofSeconds(2));

    private final SplittableRandom random;
    private final ConsumerBug bug;
    private final ManualClock clock = new ManualClock();
    private final ConsumerTables tables;
    private final ConsumerHistory history;
    private final InMemoryTopic topic;
    private final ConsumerHandler handler;
    private final Deque<Message> toPublish = new ArrayDeque<>();
    private final List<ConsumerProcess> processes = new ArrayList<>();
    private final SourceOptions sourceOptions;
    private final Batching batching;
    private final int storeFaultsPerThousand;
    private final boolean stored;
    private final int outagesPerThousand;
    private final int killsPerThousand;
    private final int restartsPerThousand;
    private final int expulsionsPerThousand;
    private boolean chaos = true;
    private int started;
    private int outageTicks;

    ConsumerSimulation(long seed, ConsumerBug bug) {
        this.random = new SplittableRandom(seed);
        this.bug = bug;
        int memoryTries = random.nextInt(3);
        this.tables = new ConsumerTables(clock, bug);
        this.stored = random.nextInt(4) > 0;
        this.history = new ConsumerHistory(MAX_ATTEMPTS, memoryTries, stored);
        this.topic = new InMemoryTopic(clock, 1 + random.nextInt(3));
        this.handler = new ConsumerHandler(random, tables, history, bug, stored, this::runOtherHandlerOf);
        this.sourceOptions = new SourceOptions(
                random.nextBoolean() ? 1_000 : 1 + random.nextInt(6),
                1_000_000,
                memoryTries,
                Duration.ofMillis(300),
                random.nextBoolean() ? Optional.of(Duration.ofMinutes(2)) : Optional.empty(),
                stored,
                false);
        this.storeFaultsPerThousand = random.nextBoolean() ? random.nextInt(100) : 0;
        this.outagesPerThousand = random.nextInt(4) == 0 ? 1 + random.nextInt(4) : 0;
        this.killsPerThousand = random.nextBoolean() ? random.nextInt(12) : 0;
        this.restartsPerThousand = random.nextBoolean() ? random.nextInt(10) : 0;
        this.expulsionsPerThousand = random.nextBoolean() ? random.nextInt(10) : 0;
        this.batching = random.nextInt(3) > 0
                ? Batching.NONE
                : new Batching(
                        2 + random.nextInt(8),
                        Duration.ofMillis(random.nextInt(50)).toNanos());
        messages();
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
        handler.calm();
        while (!toPublish.isEmpty()) {
            publish();
        }
        if (drain()) {
            history.checkBeforeRedrive(tables);
            if (!stored) {
                return history.violations(); // a redrive is the business of whoever has the dead letters
            }
            handler.fix();
            tables.redrive(DeadLetterQuery.all().limit(10_000));
            if (drain()) {
                history.checkAfterRedrive(tables);
            }
        }
        return history.violations();
    }

    private void messages() {
        int keys = 1 + random.nextInt(5);
        List<List<Message>> queues = new ArrayList<>();
        for (int k = 0; k < keys; k++) {
            List<Message> queue = new ArrayList<>();
            int count = 1 + random.nextInt(10);
            for (int number = 1; number <= count; number++) {
                queue.add(message("key" + k, number));
            }
            queues.add(queue);
        }
        queues.add(List.of(message("", 1), message("", 2), message("", 3)));
        int[] next = new int[queues.size()];
        int left = queues.stream().mapToInt(List::size).sum();
        while (left > 0) {
            int q = random.nextInt(queues.size());
            if (next[q] < queues.get(q).size()) {
                toPublish.add(queues.get(q).get(next[q]++));
                left--;
            }
        }
    }

    /** A message of the simulation: its id begins with its key. */
    private static Message message(String key, int number) {
        String id = (key.isEmpty() ? "free" : key) + "-" + number;
        return Message.to("orders").id(id).key(key.isEmpty() ? null : key).text(id);
    }

    private void publish() {
        Message message = toPublish.poll();
        if (message != null) {
            history.published(message);
            topic.append(message);
            if (chaos && random.nextInt(10) == 0) {
                topic.append(message);
            }
        }
    }

    private void tick() {
        outageTicks = random.nextInt(1_000) < outagesPerThousand ? random.nextInt(150) : outageTicks - 1;
        if (random.nextInt(1_000) < killsPerThousand) {
            kill(random.nextInt(processes.size()));
        }
        if (random.nextInt(1_000) < restartsPerThousand) {
            ConsumerProcess closing = randomProcess();
            closing.closing = true;
            closing.engine.stop();
        }
        if (random.nextInt(1_000) < expulsionsPerThousand) {
            topic.expel(randomProcess().source);
        }
        if (random.nextInt(200) == 0) {
            randomProcess().source.loseWhatIsRevoked();
        }
        if (random.nextInt(8) == 0) {
            publish();
        }
        if (random.nextInt(150) == 0) {
            tables.writeHasty();
        }
        int index = random.nextInt(processes.size());
        ConsumerProcess process = processes.get(index);
        switch (random.nextInt(6)) {
            case 0, 1 -> step(process);
            case 2 -> process.source.poll();
            case 3 -> runOne(process.storeCalls);
            case 4 -> runHandler(process);
            default -> letTimePass();
        }
    }

    private int step(ConsumerProcess process) {
        int done = process.engine.step(clock.nanoTime());
        if (process.closing && process.engine.isFinished()) {
            process.close();
            processes.set(processes.indexOf(process), start("process-" + (++started)));
            return done + 1;
        }
        return done;
    }

    private void letTimePass() {
        int kind = random.nextInt(100);
        long millis = kind == 0 ? 7_000 : kind < 10 ? random.nextInt(1_000) : random.nextInt(20);
        clock.advance(Duration.ofMillis(millis));
    }

    private boolean drain() {
        long endNanos = clock.nanoTime() + LONGEST_TAIL.toNanos();
        long lastWorkNanos = clock.nanoTime();
        for (int turn = 0; clock.nanoTime() < endNanos; turn++) {
            if (turn > MOST_TURNS) {
                history.violation("G12: the engines are awake all the time");
                return false;
            }
            if (drainOnce() > 0 || topic.lag(NAME) > 0 || tables.nextDueNanos(List.of(NAME)) != Long.MAX_VALUE) {
                lastWorkNanos = clock.nanoTime();
            } else if (clock.nanoTime() - lastWorkNanos > 2 * NUMBERS.claim().toNanos()) {
                return true;
            }
            advanceToNextEvent();
        }
        history.violation("G2: after the faults there was no end within " + LONGEST_TAIL + ": " + topic.lag(NAME)
                + " in the topic, next due " + tables.nextDueNanos(List.of(NAME)));
        return false;
    }

    private int drainOnce() {
        tables.writeHasty();
        int handled = 0;
        int done = 1;
        while (done > 0) {
            done = 0;
            for (int i = 0; i < processes.size(); i++) {
                ConsumerProcess process = processes.get(i);
                done += process.source.poll() + step(process) + process.storeCalls.runAll();
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
        long idle = Duration.ofSeconds(1).toNanos();
        for (ConsumerProcess process : processes) {
            idle = Math.min(idle, process.engine.idleNanos(clock.nanoTime()));
        }
        clock.advanceNanos(Math.max(1, idle));
    }

    private ConsumerProcess randomProcess() {
        return processes.get(random.nextInt(processes.size()));
    }

    private void runOne(HandExecutor executor) {
        if (executor.size() > 0) {
            executor.run(random.nextInt(executor.size()));
        }
    }

    private void runHandler(ConsumerProcess process) {
        history.checkOneAtATime(process.handlers.tasks());
        runOne(process.handlers);
        if (handler.hasEndedTheProcess()) {
            kill(processes.indexOf(process));
        }
    }

    private void runOtherHandlerOf(String id) {
        for (ConsumerProcess process : processes) {
            List<Runnable> tasks = process.handlers.tasks();
            for (int i = 0; i < tasks.size(); i++) {
                if (((HandlerRun) tasks.get(i))
                        .deliveries().stream()
                                .anyMatch(delivery -> delivery.message().id().equals(id))) {
                    process.handlers.run(i);
                    return;
                }
            }
        }
    }

    /** Some of what the process had under way takes effect all the same, and nobody hears of it; the broker hears of its end sooner or later. */
    private void kill(int index) {
        ConsumerProcess killed = processes.get(index);
        while (random.nextInt(3) > 0 && killed.storeCalls.size() > 0) {
            runOne(killed.storeCalls);
        }
        tables.forgetHasty();
        topic.expel(killed.source);
        String successor = random.nextBoolean() ? "process-" + index : "process-" + index + "-" + random.nextInt(1_000);
        processes.set(index, start(successor));
    }

    private ConsumerProcess start(String instance) {
        RetryPolicy retry = RetryPolicy.exponential(Duration.ofMillis(100))
                .maxAttempts(MAX_ATTEMPTS)
                .permanent(IllegalArgumentException.class);
        Subscriber subscriber = new Subscriber(
                Subscriber.ANY, NAME, this::handle, batching, retry, 1 + random.nextInt(4), new Subscriber.Counters());
        SplittableRandom engineRandom = random.split();
        FaultyDeliveries store = new FaultyDeliveries(tables, this::storeFault, history::claimed);
        Duration skew = Duration.ofMillis(random.nextInt(4_000) - 2_000);
        InstantSource wallClock = () -> clock.instant().plus(skew);
        return new ConsumerProcess(
                topic.source(NAME),
                bug,
                history::delivered,
                process -> new ConsumerEngine(
                        new EngineParts(
                                instance,
                                new Subscribers(List.of(subscriber)),
                                stored ? store : new NoStore(),
                                NUMBERS,
                                engineRandom,
                                DeliveryListener.NONE,
                                subscribed -> process.handlers,
                                process.storeCalls,
                                new StoredBurials(store),
                                stored ? process.storeCalls : process.burialCalls()),
                        process,
                        sourceOptions,
                        wallClock,
                        () -> {}));
    }

    private void handle(List<Delivery> batch) throws Exception {
        if (batch.size() == 1) {
            handler.handle(batch.get(0));
        } else {
            handler.handleTogether(batch);
        }
    }

    private Fault storeFault() {
        if (chaos && outageTicks > 0) {
            history.storeFailed();
            return Fault.BEFORE;
        }
        if (!chaos || random.nextInt(1_000) >= storeFaultsPerThousand) {
            return Fault.NONE;
        }
        history.storeFailed();
        return random.nextBoolean() ? Fault.BEFORE : Fault.AFTER;
    }
}
