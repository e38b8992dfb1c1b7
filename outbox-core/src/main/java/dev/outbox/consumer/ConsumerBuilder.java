package dev.outbox.consumer;

import dev.outbox.BatchHandler;
import dev.outbox.MessageHandler;
import dev.outbox.internal.delivery.Batching;
import dev.outbox.internal.delivery.BoundedExecutor;
import dev.outbox.internal.delivery.Burials;
import dev.outbox.internal.delivery.ChannelBurials;
import dev.outbox.internal.delivery.DeadLetterMessages;
import dev.outbox.internal.delivery.EngineParts;
import dev.outbox.internal.delivery.NoStore;
import dev.outbox.internal.delivery.SourceBurials;
import dev.outbox.internal.delivery.SourceOptions;
import dev.outbox.internal.delivery.StoredBurials;
import dev.outbox.internal.delivery.Subscriber;
import dev.outbox.internal.delivery.Subscribers;
import dev.outbox.retry.RetryPolicy;
import dev.outbox.spi.DeadLetterSource;
import dev.outbox.spi.DeliveryListener;
import dev.outbox.spi.DeliveryStore;
import dev.outbox.spi.Remembers;
import dev.outbox.spi.Source;
import dev.outbox.spi.Transport;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Collects what a {@link Consumer} needs: a handler, a store or a channel for dead letters, and what is to be other than usual. Each method checks its argument. Not thread-safe. */
public final class ConsumerBuilder {
    private static final int MAX_CONCURRENCY = 1_000;
    private static final int MAX_BATCH = 10_000;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    private final Source source;
    private final String name;
    private @Nullable BatchHandler handler;
    private Batching batching = Batching.NONE;
    private Optional<Duration> retention = Optional.empty();
    private @Nullable Transport deadLetterTransport;
    private String deadLetterDestination = "";
    private @Nullable DeadLetterSource deadLetterSource;
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

    /** Lets {@code handler} handle the messages, each by itself. */
    public ConsumerBuilder handler(MessageHandler handler) {
        Objects.requireNonNull(handler, "handler");
        this.handler = batch -> handler.handle(batch.get(0));
        this.batching = Batching.NONE;
        this.retention = retentionOf(handler);
        return this;
    }

    /**
     * Lets {@code handler} handle the messages several at a time: of different keys, and of each key as many as are there, in their order. When a batch fails, each
     * of its messages is handled by itself, and only those that fail then are charged. What is retried is handled by itself.
     *
     * @param most the most messages in a batch; 1 to 10,000, and not more than {@link ConsumerOptions#bufferCount}. {@link #concurrency} then counts batches
     * @param longestWait how long the first of a batch waits for others; 0 to 10 s
     * @throws IllegalArgumentException if a number is out of its bounds
     */
    public ConsumerBuilder batchHandler(BatchHandler handler, int most, Duration longestWait) {
        if (most < 1 || most > MAX_BATCH) {
            throw new IllegalArgumentException("batches of " + most + " messages: there must be 1 to " + MAX_BATCH);
        }
        if (longestWait.isNegative() || longestWait.compareTo(LONGEST_WAIT) > 0) {
            throw new IllegalArgumentException("longestWait " + longestWait + " must be 0 to " + LONGEST_WAIT);
        }
        this.handler = Objects.requireNonNull(handler, "handler");
        this.batching = new Batching(most, longestWait.toNanos());
        this.retention = retentionOf(handler);
        return this;
    }

    /** Keeps in {@code store} what cannot be handled yet, and what is given up. */
    public ConsumerBuilder store(DeliveryStore store) {
        this.store = Objects.requireNonNull(store, "store");
        return this;
    }

    /**
     * Sends what is given up to {@code destination} as a message of the same id, key, type and payload, with headers {@code dead-letter-*} that say where it comes
     * from and why: instead of to the store, if there is one. The source is told only after that was confirmed; while it is not, it is tried again, and nothing is
     * lost. A process that ends in between sends it once more.
     *
     * <p>Without a {@link #store}, retries wait in memory, however long, at the head of their key; their attempts are counted by this process and begin anew with
     * the next one, and a message that ends processes is not found.
     *
     * @param transport is not closed by the consumer
     * @throws IllegalArgumentException if {@code destination} is not 1 to 255 bytes
     */
    public ConsumerBuilder deadLettersTo(Transport transport, String destination) {
        this.deadLetterTransport = Objects.requireNonNull(transport, "transport");
        this.deadLetterDestination = Subscriber.requireName("destination of dead letters", destination);
        return this;
    }

    /**
     * Lets the broker that messages come from set aside what is given up, in one step with the acknowledgement: RabbitMQ by the dead letter exchange of the queue, which
     * keeps the history in {@code x-death}; Redis in a stream beside the one that is read. Instead of a {@link #store}; what that means for retries is said at {@link #deadLettersTo}.
     *
     * @throws IllegalStateException if the source's broker cannot do that
     */
    public ConsumerBuilder deadLettersBySource() {
        if (!(source instanceof DeadLetterSource able)) {
            throw new IllegalStateException(
                    "consumer " + name + " reads from a broker that sets nothing aside: use deadLettersTo, or a store");
        }
        this.deadLetterSource = able;
        return this;
    }

    /** What becomes of a message whose attempt failed; ten attempts with delays from 1 s to 5 min unless set. */
    public ConsumerBuilder retry(RetryPolicy retry) {
        this.retry = Objects.requireNonNull(retry, "retry");
        return this;
    }

    /**
     * The most messages, or batches, under way at a time, of different keys; 8 unless set.
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

    /** How often a message is handled; at least once unless set. */
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
     * @throws IllegalStateException if there is no handler, or neither a store nor a channel for dead letters, or what was set contradicts itself
     */
    public Consumer build() {
        BatchHandler handles = required(handler, "handler", "call handler or batchHandler");
        checkDeadLetters();
        checkBatches();
        checkInbox();
        new Times(name, options, retry).check(retention);
        SplittableRandom random = new SplittableRandom();
        String as = instance == null ? name + "-" + Long.toHexString(random.nextLong()) : instance;
        Subscriber.Counters counters = new Subscriber.Counters();
        Subscriber subscriber = new Subscriber(Subscriber.ANY, name, handles, batching, retry, concurrency, counters);
        DeliveryStore keeps = store == null ? new NoStore() : store;
        ConsumerThreads threads =
                ConsumerThreads.of(name, executor == null ? concurrency : 0, deadLetterTransport != null);
        EngineParts engine = new EngineParts(
                as,
                new Subscribers(List.of(subscriber)),
                keeps,
                options.engine(),
                random,
                listener,
                BoundedExecutor.over(threads.handlersOr(executor)),
                threads.storeCalls(),
                burials(keeps),
                threads.burialCalls());
        SourceOptions sourceOptions = options.source(semantics, store != null);
        return new Consumer(new ConsumerParts(
                name, source, engine, counters, options, sourceOptions, semantics, wallClock, threads));
    }

    private Burials burials(DeliveryStore keeps) {
        if (deadLetterSource != null) {
            return new SourceBurials(deadLetterSource, wallClock);
        }
        return deadLetterTransport == null
                ? new StoredBurials(keeps)
                : new ChannelBurials(
                        keeps, deadLetterTransport, new DeadLetterMessages(deadLetterDestination, wallClock));
    }

    private void checkDeadLetters() {
        if (store == null && deadLetterTransport == null && deadLetterSource == null) {
            required(
                    store,
                    "store for what cannot be handled",
                    "call store, or deadLettersTo or deadLettersBySource for one without a database");
        }
        if (deadLetterSource != null && (store != null || deadLetterTransport != null)) {
            throw new IllegalStateException("consumer " + name + " has deadLettersBySource and "
                    + (store != null ? "a store" : "deadLettersTo") + ": choose one");
        }
        if (deadLetterSource != null && semantics == Semantics.AT_MOST_ONCE) {
            throw new IllegalStateException("consumer " + name
                    + " acknowledges before it handles, so its source has nothing to set aside: use deadLettersTo");
        }
    }

    private void checkBatches() {
        if (batching.most() > options.bufferCount()) {
            throw new IllegalStateException("consumer " + name + " has batches of " + batching.most()
                    + " messages and a bufferCount of " + options.bufferCount() + ": raise the one or lower the other");
        }
        if (batching.most() > 1 && semantics == Semantics.AT_MOST_ONCE) {
            throw new IllegalStateException("consumer " + name
                    + " handles batches at most once: a batch that fails would be handled again; use handler");
        }
    }

    private void checkInbox() {
        if (semantics == Semantics.EFFECTIVELY_ONCE && retention.isEmpty()) {
            throw new IllegalStateException(
                    "consumer " + name
                            + " is to handle effectively once, but its handler has no inbox: call handler with what"
                            + " JdbcInbox.idempotent returns, or batchHandler with JdbcInbox.idempotentBatch, not wrapped in another one");
        }
    }

    private static Optional<Duration> retentionOf(Object handler) {
        return handler instanceof Remembers remembers ? Optional.of(remembers.retention()) : Optional.empty();
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
