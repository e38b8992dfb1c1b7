package dev.outbox.consumer;

import dev.outbox.MessageHandler;
import dev.outbox.internal.delivery.EngineParts;
import dev.outbox.internal.delivery.Subscriber;
import dev.outbox.internal.delivery.Subscribers;
import dev.outbox.internal.delivery.Threads;
import dev.outbox.retry.RetryPolicy;
import dev.outbox.spi.DeliveryListener;
import dev.outbox.spi.DeliveryStore;
import dev.outbox.spi.Source;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import org.jspecify.annotations.Nullable;

/** Collects what a {@link Consumer} needs: a handler and a store, and what is to be other than usual. Each method checks its argument. Not thread-safe. */
public final class ConsumerBuilder {
    private static final int MAX_CONCURRENCY = 1_000;
    private static final int STORE_THREADS = 4;

    private final Source source;
    private final String name;
    private @Nullable MessageHandler handler;
    private @Nullable DeliveryStore store;
    private RetryPolicy retry = RetryPolicy.exponential(Duration.ofSeconds(1)).cap(Duration.ofMinutes(5));
    private int concurrency = 8;
    private Semantics semantics = Semantics.AT_LEAST_ONCE;
    private ConsumerOptions options = ConsumerOptions.defaults();
    private DeliveryListener listener = DeliveryListener.NONE;
    private @Nullable Executor executor;
    private @Nullable String instance;
    private InstantSource wallClock = InstantSource.system();

    ConsumerBuilder(Source source, String name) {
        this.source = source;
        this.name = name;
    }

    /** Lets {@code handler} handle the messages. */
    public ConsumerBuilder handler(MessageHandler handler) {
        this.handler = Objects.requireNonNull(handler, "handler");
        return this;
    }

    /** Keeps in {@code store} what cannot be handled yet, and what is given up. */
    public ConsumerBuilder store(DeliveryStore store) {
        this.store = Objects.requireNonNull(store, "store");
        return this;
    }

    /** What becomes of a message whose attempt failed; ten attempts with delays from 1 s to 5 min unless set. */
    public ConsumerBuilder retry(RetryPolicy retry) {
        this.retry = Objects.requireNonNull(retry, "retry");
        return this;
    }

    /**
     * The most messages under way at a time, of different keys; 8 unless set.
     *
     * @throws IllegalArgumentException if it is not 1 to 1,000
     */
    public ConsumerBuilder concurrency(int concurrency) {
        if (concurrency < 1 || concurrency > MAX_CONCURRENCY) {
            throw new IllegalArgumentException("concurrency " + concurrency + " must be 1 to " + MAX_CONCURRENCY);
        }
        this.concurrency = concurrency;
        return this;
    }

    /** When messages are acknowledged; at least once unless set. */
    public ConsumerBuilder semantics(Semantics semantics) {
        this.semantics = Objects.requireNonNull(semantics, "semantics");
        return this;
    }

    /**
     * Runs the handler on {@code executor} (one of virtual threads, say), which the consumer does not close and which must not run it on the calling thread. By
     * default on daemon threads of its own.
     */
    public ConsumerBuilder executor(Executor executor) {
        this.executor = Objects.requireNonNull(executor, "executor");
        return this;
    }

    /** With other numbers. */
    public ConsumerBuilder options(ConsumerOptions options) {
        this.options = Objects.requireNonNull(options, "options");
        return this;
    }

    /** Tells {@code listener} what becomes of messages. */
    public ConsumerBuilder listener(DeliveryListener listener) {
        this.listener = Objects.requireNonNull(listener, "listener");
        return this;
    }

    /** What the ages of messages are measured against, with {@link ConsumerOptions#staleAfter}; the system's clock unless set. */
    public ConsumerBuilder clock(InstantSource clock) {
        this.wallClock = Objects.requireNonNull(clock, "clock");
        return this;
    }

    /**
     * A name for this process, other than that of any process that runs at the same time, and the same after a restart: what the earlier one had claimed is then
     * claimed again at once, and not when the claim has run out. By default a random one.
     *
     * @throws IllegalArgumentException if it is not 1 to 255 bytes
     */
    public ConsumerBuilder instance(String instance) {
        this.instance = Subscriber.requireName("instance", instance);
        return this;
    }

    /**
     * The consumer, not started.
     *
     * @throws IllegalStateException if there is no handler or no store
     */
    public Consumer build() {
        MessageHandler handles = required(handler, "handler", "call handler");
        DeliveryStore keeps = required(store, "store for what cannot be handled yet", "call store");
        SplittableRandom random = new SplittableRandom();
        String as = instance == null ? name + "-" + Long.toHexString(random.nextLong()) : instance;
        Subscriber.Counters counters = new Subscriber.Counters();
        Subscriber subscriber = new Subscriber(Subscriber.ANY, name, handles, retry, concurrency, counters);
        ThreadPoolExecutor storeThreads = Threads.pool("outbox-consumer-" + name + "-store", STORE_THREADS);
        ThreadPoolExecutor handlerThreads =
                executor == null ? Threads.pool("outbox-consumer-" + name + "-handler", concurrency) : null;
        EngineParts engine = new EngineParts(
                as,
                new Subscribers(List.of(subscriber)),
                keeps,
                options.engine(),
                random,
                listener,
                handlerThreads == null ? Objects.requireNonNull(executor) : handlerThreads,
                storeThreads);
        return new Consumer(new ConsumerParts(
                name, source, engine, counters, options, semantics, wallClock, storeThreads, handlerThreads));
    }

    /** The consumer, {@linkplain Consumer#start() started}. */
    public Consumer start() {
        return build().start();
    }

    private <T> T required(@Nullable T value, String what, String how) {
        if (value == null) {
            throw new IllegalStateException("consumer " + name + " has no " + what + "; " + how);
        }
        return value;
    }
}
