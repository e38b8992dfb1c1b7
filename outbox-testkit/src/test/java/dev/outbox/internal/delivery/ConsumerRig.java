package dev.outbox.internal.delivery;

import dev.outbox.CodecException;
import dev.outbox.Message;
import dev.outbox.MessageHandler;
import dev.outbox.UndecodableException;
import dev.outbox.UnknownTypeException;
import dev.outbox.retry.Jitter;
import dev.outbox.retry.RetryPolicy;
import dev.outbox.spi.DeliveryListener;
import dev.outbox.spi.Incoming;
import dev.outbox.spi.Sink;
import dev.outbox.spi.Source;
import dev.outbox.testkit.InMemoryStore;
import dev.outbox.testkit.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** One consumer's engine under a manual clock, fed by hand; handlers and calls of the store run when the test says so. */
final class ConsumerRig implements Source {
    static final String NAME = "payment";
    static final SourceOptions NO_RETRY_IN_MEMORY =
            new SourceOptions(1_000, 1_000_000, 0, Duration.ZERO, Optional.empty(), false);

    private static final EngineOptions NUMBERS = new EngineOptions(
            Duration.ofSeconds(30),
            Duration.ofMinutes(1),
            Duration.ofMinutes(1),
            1_000,
            Duration.ofMillis(50),
            Duration.ofSeconds(2),
            Duration.ofSeconds(10));

    final ManualClock clock = new ManualClock();
    final InMemoryStore tables = new InMemoryStore(clock);
    final HandExecutor handlers = new HandExecutor();
    final HandExecutor storeCalls = new HandExecutor();
    final List<Long> acknowledged = new ArrayList<>();
    final List<Runnable> durable = new ArrayList<>();
    final List<String> handled = new ArrayList<>();
    final ConsumerEngine engine;
    FaultyDeliveries.Fault fault = FaultyDeliveries.Fault.NONE;
    boolean paused;
    boolean known;

    /** A handler that fails for the messages whose ids begin with "bad"; it does not know the type of those that begin with "unknown", unless told. */
    ConsumerRig(SourceOptions options) {
        MessageHandler handler = delivery -> {
            if (delivery.message().id().startsWith("unknown") && !known) {
                throw new UnknownTypeException("Shipped", Duration.ofHours(1));
            }
            if (delivery.message().id().startsWith("garbled")) {
                throw new UndecodableException(
                        delivery.message(), new CodecException("no JSON", new IllegalStateException()));
            }
            if (delivery.message().id().startsWith("bad")) {
                throw new IllegalStateException("bad");
            }
            handled.add(delivery.message().id());
        };
        RetryPolicy retry =
                RetryPolicy.fixed(Duration.ofSeconds(1)).jitter(Jitter.NONE).maxAttempts(3);
        Subscriber subscriber = new Subscriber(Subscriber.ANY, NAME, handler, retry, 8, new Subscriber.Counters());
        engine = new ConsumerEngine(
                new EngineParts(
                        "one",
                        new Subscribers(List.of(subscriber)),
                        new FaultyDeliveries(tables, () -> fault),
                        NUMBERS,
                        new SplittableRandom(1),
                        DeliveryListener.NONE,
                        subscribed -> handlers,
                        storeCalls),
                this,
                options,
                clock,
                () -> {});
    }

    /** Delivers a message of partition 0, which was appended now. */
    void deliver(long token, String id, String key) {
        deliver(token, id, key, clock.instant(), false);
    }

    void deliver(long token, String id, String key, java.time.Instant appendedAt, boolean redelivered) {
        Message message = Message.to("orders").id(id).key(key).text(id);
        engine.deliver(List.of(new Incoming(token, "0", message, Optional.of(appendedAt), redelivered)));
    }

    /** Lets everything happen that happens at this moment. */
    void settle() {
        settle(true);
    }

    void settleWithoutHandlers() {
        settle(false);
    }

    private void settle(boolean runHandlers) {
        int done = 1;
        for (int i = 0; i < 10_000 && done > 0; i++) {
            done = engine.step(clock.nanoTime()) + storeCalls.runAll() + (runHandlers ? handlers.runAll() : 0);
        }
    }

    /** Lets time pass in small pieces, with everything that happens in it. */
    void pass(Duration time) {
        long end = clock.nanoTime() + time.toNanos();
        settle();
        while (clock.nanoTime() < end) {
            long idle = Math.max(1, engine.idleNanos(clock.nanoTime()));
            clock.advanceNanos(Math.min(idle, end - clock.nanoTime()));
            settle();
        }
    }

    @Override
    public void start(Sink sink) {}

    @Override
    public void acknowledge(List<Incoming> finished, Runnable onDurable) {
        finished.forEach(one -> acknowledged.add(one.token()));
        durable.add(onDurable);
    }

    @Override
    public void pause() {
        paused = true;
    }

    @Override
    public void resume() {
        paused = false;
    }

    @Override
    public void close() {}
}
