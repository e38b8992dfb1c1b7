package dev.outbox.internal.delivery;

import dev.outbox.Message;
import dev.outbox.MessageHandler;
import dev.outbox.inprocess.InProcessOptions;
import dev.outbox.inprocess.SubscriberOptions;
import dev.outbox.inprocess.SubscriberStatistics;
import dev.outbox.retry.Jitter;
import dev.outbox.retry.RetryPolicy;
import dev.outbox.spi.DeliveryListener;
import dev.outbox.spi.Outcome;
import dev.outbox.spi.Outgoing;
import dev.outbox.testkit.InMemoryStore;
import dev.outbox.testkit.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** One engine under a manual clock over a store in memory; handlers and calls of the store run when the test says so. */
final class DeliveryRig {
    static final String ORDERS = "orders";

    /** Three attempts, one second apart, without jitter. */
    static final SubscriberOptions THREE_ATTEMPTS = SubscriberOptions.defaults()
            .retry(RetryPolicy.fixed(Duration.ofSeconds(1)).jitter(Jitter.NONE).maxAttempts(3));

    private static final int MOST_STEPS = 10_000;

    final ManualClock clock;
    final InMemoryStore tables;
    final HandExecutor handlers = new HandExecutor();
    final HandExecutor storeCalls = new HandExecutor();
    final Map<Long, Outcome> outcomes = new LinkedHashMap<>();
    final List<String> log = new ArrayList<>();
    final List<Subscriber> subscribers = new ArrayList<>();
    final Map<String, Subscriber.Counters> counters = new LinkedHashMap<>();
    FaultyDeliveries.Fault fault = FaultyDeliveries.Fault.NONE;
    final FaultyDeliveries store;
    InProcessOptions options = InProcessOptions.defaults();
    DeliveryListener listener = DeliveryListener.NONE;
    String instance = "one";
    private DeliveryEngine engine;
    private long lastToken;

    DeliveryRig() {
        this(new ManualClock());
    }

    private DeliveryRig(ManualClock clock) {
        this(clock, new InMemoryStore(clock));
    }

    private DeliveryRig(ManualClock clock, InMemoryStore tables) {
        this.clock = clock;
        this.tables = tables;
        this.store = new FaultyDeliveries(tables, () -> fault);
    }

    /** Another process on the same tables, with the same time. */
    DeliveryRig another(String name) {
        DeliveryRig other = new DeliveryRig(clock, tables);
        other.instance = name;
        other.options = options;
        return other;
    }

    /** A subscriber of {@link #ORDERS} with {@link #THREE_ATTEMPTS}. */
    DeliveryRig subscribe(String name, MessageHandler handler) {
        return subscribe(ORDERS, name, handler, THREE_ATTEMPTS);
    }

    DeliveryRig subscribe(
            String destination, String name, MessageHandler handler, SubscriberOptions subscriberOptions) {
        Subscriber.Counters counted = counters.computeIfAbsent(name, n -> new Subscriber.Counters());
        subscribers.add(subscriber(destination, name, handler, subscriberOptions, counted));
        return this;
    }

    /** A subscriber that notes {@code name:id} of what it handles. */
    DeliveryRig subscribeNoting(String name) {
        return subscribe(name, noting(name));
    }

    MessageHandler noting(String name) {
        return delivery -> log.add(name + ":" + delivery.message().id());
    }

    DeliveryEngine engine() {
        if (engine == null) {
            engine = new DeliveryEngine(
                    new EngineParts(
                            instance,
                            new Subscribers(subscribers),
                            store,
                            numbers(options),
                            new SplittableRandom(1),
                            listener,
                            subscribed -> handlers,
                            storeCalls),
                    () -> {});
        }
        return engine;
    }

    /** A message to {@link #ORDERS}; a null key means none. */
    static Message message(String id, String key) {
        return Message.to(ORDERS).id(id).key(key).text("content of " + id);
    }

    /** Hands messages over in one batch; returns the token of the first, the others follow. */
    long send(Message... messages) {
        long first = lastToken + 1;
        List<Outgoing> batch = new ArrayList<>();
        for (Message message : messages) {
            batch.add(new Outgoing(++lastToken, message, clock.instant(), 1));
        }
        engine().send(batch, outcomes::put);
        return first;
    }

    /** Lets everything happen that happens at this moment. */
    void settle() {
        settle(true);
    }

    /** As {@link #settle()}, but handlers do not come to an end. */
    void settleWithoutHandlers() {
        settle(false);
    }

    private void settle(boolean runHandlers) {
        for (int i = 0; i < MOST_STEPS; i++) {
            int done = engine().step(clock.nanoTime()) + storeCalls.runAll();
            if (runHandlers) {
                done += handlers.runAll();
            }
            if (done == 0) {
                return;
            }
        }
        throw new AssertionError("the engine does not come to rest at " + clock.instant());
    }

    /** Lets time pass in small pieces, with everything that happens in it. */
    void pass(Duration time) {
        pass(time, true);
    }

    void passWithoutHandlers(Duration time) {
        pass(time, false);
    }

    private void pass(Duration time, boolean runHandlers) {
        long end = clock.nanoTime() + time.toNanos();
        settle(runHandlers);
        while (clock.nanoTime() < end) {
            long idle = Math.max(1, engine().idleNanos(clock.nanoTime()));
            clock.advanceNanos(Math.min(idle, end - clock.nanoTime()));
            settle(runHandlers);
        }
    }

    SubscriberStatistics statistics(String name) {
        Subscriber.Counters counted = counters.get(name);
        return new SubscriberStatistics(counted.handled(), counted.failed(), counted.parked(), counted.dead());
    }

    static Subscriber subscriber(
            String destination,
            String name,
            MessageHandler handler,
            SubscriberOptions options,
            Subscriber.Counters counted) {
        return new Subscriber(destination, name, handler, options.retry(), options.concurrency(), counted);
    }

    static EngineOptions numbers(InProcessOptions options) {
        return new EngineOptions(
                options.claim(),
                options.takeOver(),
                options.sendTimeout(),
                options.maxPending(),
                options.minPoll(),
                options.maxPoll(),
                options.closeTimeout());
    }
}
