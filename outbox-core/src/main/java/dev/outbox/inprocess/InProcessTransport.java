package dev.outbox.inprocess;

import dev.outbox.MessageHandler;
import dev.outbox.internal.delivery.BoundedExecutor;
import dev.outbox.internal.delivery.DeliveryEngine;
import dev.outbox.internal.delivery.EngineLoop;
import dev.outbox.internal.delivery.EngineParts;
import dev.outbox.internal.delivery.Subscriber;
import dev.outbox.internal.delivery.Subscribers;
import dev.outbox.internal.delivery.Threads;
import dev.outbox.spi.DeliveryListener;
import dev.outbox.spi.DeliveryStore;
import dev.outbox.spi.OutcomeListener;
import dev.outbox.spi.Outgoing;
import dev.outbox.spi.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers messages to named subscribers in the same process, without a broker: a durable background job queue.
 *
 * <pre>{@code
 * InProcessTransport transport = InProcessTransport.over(outbox.deliveries())
 *         .subscribe("orders", "payment", inbox.idempotent(this::recordPayment))
 *         .subscribe("orders", "mail", this::sendMail)
 *         .start();
 * }</pre>
 *
 * <p><strong>Per subscriber.</strong> Which subscribers a message has is fixed when the relay hands it over. It is confirmed when each has handled it or has
 * taken it over: with a row of its own in the store, due later or behind others of its key, or with its dead letter. So a subscriber that fails does not make
 * the others run again. Each has its own attempts (G8), its own order of keys (G7), its own dead letters (G9), which are redriven to it alone, and its own
 * bound of deliveries under way: one that hangs takes no thread from another. A message that waits too long for a busy subscriber is put into the store for
 * it (see {@link InProcessOptions#takeOver}).
 *
 * <p><strong>At least once.</strong> A handler sees a message again when the store failed after it had run, when the process ended, or when a claim ran out;
 * the inbox makes its effects in the database happen once (G6). A destination that nobody has subscribed to is a failed attempt of the message, by the relay's
 * policy: a typing error loses nothing, and a rolling deployment may bring the subscriber.
 *
 * <p><strong>Handlers.</strong> An exception is a failed attempt, an {@link Error} too; a {@link dev.outbox.HandledElsewhereException} and an interrupt cost
 * none. Handlers of one key of a subscriber run one after another, others at the same time.
 *
 * <p>Thread-safe. Owns the threads it makes, and neither the store nor an executor given to it. May be used by several relays. A process that is killed loses
 * nothing: what it had not confirmed is sent again, what it had claimed is claimed again.
 */
public final class InProcessTransport implements Transport {
    private static final Logger LOG = LoggerFactory.getLogger(InProcessTransport.class);
    private static final int STORE_THREADS = 4;

    /** What a transport is doing. */
    public enum State {
        /** Built, not started. */
        NEW,
        /** Delivering. */
        RUNNING,
        /** Waiting for handlers to end. */
        STOPPING,
        /** Closed. */
        CLOSED,
        /** Ended by an {@link Error}, which is in the log; takes nothing any more. */
        FAILED
    }

    private final DeliveryEngine engine;
    private final EngineParts parts;
    private final Thread loop;
    private final ThreadPoolExecutor storeThreads;
    private final @Nullable ThreadPoolExecutor handlerThreads;
    private final AtomicReference<State> state = new AtomicReference<>(State.NEW);
    private final CountDownLatch ended = new CountDownLatch(1);

    InProcessTransport(
            EngineParts parts, ThreadPoolExecutor storeThreads, @Nullable ThreadPoolExecutor handlerThreads) {
        this.parts = parts;
        this.storeThreads = storeThreads;
        this.handlerThreads = handlerThreads;
        this.engine = new DeliveryEngine(parts, this::wake);
        EngineLoop engineLoop =
                new EngineLoop(engine, System::nanoTime, () -> endedAs(State.CLOSED), () -> endedAs(State.FAILED));
        this.loop = Threads.daemon("outbox-inprocess", engineLoop);
    }

    /** Begins to build a transport that parks what waits, and buries what is given up, in {@code store}. */
    public static Builder over(DeliveryStore store) {
        return new Builder(Objects.requireNonNull(store, "store"));
    }

    /**
     * Begins to deliver what is parked, and what is sent. Idempotent; {@link #send} does it too, but may be called late.
     *
     * @throws IllegalStateException if this transport is closed
     */
    public InProcessTransport start() {
        begin();
        if (state.get() != State.RUNNING) {
            throw DeliveryEngine.closed();
        }
        return this;
    }

    private void begin() {
        if (state.compareAndSet(State.NEW, State.RUNNING)) {
            Set<String> names = parts.subscribers().names();
            LOG.info("Delivering in process as {} to {} with {}", parts.instance(), names, parts.options());
            loop.start();
        }
    }

    @Override
    public void send(List<Outgoing> batch, OutcomeListener outcomes) {
        if (state.get() == State.NEW) {
            begin();
        }
        engine.send(batch, outcomes);
    }

    /** A quarter more than {@link InProcessOptions#sendTimeout}: the transport reports by itself what takes longer than that. */
    @Override
    public Duration sendTimeout() {
        Duration timeout = parts.options().sendTimeout();
        return timeout.plus(timeout.dividedBy(4));
    }

    /** What it is doing. */
    public State state() {
        return Objects.requireNonNull(state.get());
    }

    /** The counters of each subscriber, by its name, in the order of subscription. */
    public Map<String, SubscriberStatistics> statistics() {
        Map<String, SubscriberStatistics> statistics = new LinkedHashMap<>();
        parts.subscribers()
                .counters()
                .forEach((name, counted) -> statistics.put(name, SubscriberStatistics.of(counted)));
        return statistics;
    }

    /**
     * Starts and claims nothing any more, gives back what was claimed and not started, and waits for the handlers under way for
     * {@link InProcessOptions#closeTimeout}; then interrupts them, gives back their deliveries without a charge, and returns in any case within three seconds
     * more (G11). What has no outcome is reported as unknown. If the calling thread is interrupted, it does not wait any longer. Idempotent.
     */
    @Override
    public void close() {
        if (state.compareAndSet(State.NEW, State.CLOSED)) {
            engine.finish();
            endThreads();
        } else if (state.compareAndSet(State.RUNNING, State.STOPPING)) {
            engine.stop();
        }
        awaitEnd();
    }

    private void wake() {
        LockSupport.unpark(loop);
    }

    /** On the engine's thread, as the last thing. */
    private void endedAs(State last) {
        state.set(last);
        endThreads();
        LOG.info("Delivering in process as {} ended: {}", parts.instance(), last);
    }

    private void endThreads() {
        storeThreads.shutdown();
        if (handlerThreads != null) {
            handlerThreads.shutdownNow();
        }
        ended.countDown();
    }

    private void awaitEnd() {
        Duration most = parts.options().closeTimeout().plus(DeliveryEngine.LAST_CALLS.multipliedBy(2));
        try {
            boolean inTime = ended.await(most.toNanos(), TimeUnit.NANOSECONDS)
                    && storeThreads.awaitTermination(DeliveryEngine.LAST_CALLS.toNanos(), TimeUnit.NANOSECONDS);
            if (!inTime) {
                storeThreads.shutdownNow();
                LOG.warn("The in-process transport closed while calls of the store were under way");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Collects subscriptions and options. Each method checks its argument. Not thread-safe. */
    public static final class Builder {
        private final DeliveryStore store;
        private final List<Subscriber> subscribers = new ArrayList<>();
        private final Map<String, Subscriber.Counters> counters = new HashMap<>();
        private InProcessOptions options = InProcessOptions.defaults();
        private DeliveryListener listener = DeliveryListener.NONE;
        private @Nullable Executor executor;
        private @Nullable String instance;

        private Builder(DeliveryStore store) {
            this.store = store;
        }

        /** As {@link #subscribe(String, String, MessageHandler, SubscriberOptions)} with {@link SubscriberOptions#defaults()}. */
        public Builder subscribe(String destination, String name, MessageHandler handler) {
            return subscribe(destination, name, handler, SubscriberOptions.defaults());
        }

        /**
         * Lets {@code handler} get the messages of {@code destination} under {@code name}, which is the consumer of its inbox rows, of its parked deliveries
         * and of its dead letters, and must stay the same. A name may be subscribed to several destinations.
         *
         * @param name 1 to 255 bytes
         * @throws IllegalArgumentException if {@code name} is subscribed to {@code destination} already, or a name is empty or too long
         */
        public Builder subscribe(String destination, String name, MessageHandler handler, SubscriberOptions options) {
            Objects.requireNonNull(handler, "handler");
            Objects.requireNonNull(options, "options");
            if (subscribers.stream().anyMatch(other -> other.is(destination, name))) {
                throw new IllegalArgumentException("'" + name + "' is subscribed to '" + destination
                        + "' already; give the second subscriber another name");
            }
            Subscriber.Counters counted = counters.computeIfAbsent(name, n -> new Subscriber.Counters());
            subscribers.add(
                    new Subscriber(destination, name, handler, options.retry(), options.concurrency(), counted));
            return this;
        }

        /**
         * Runs handlers on {@code executor} (an executor of virtual threads, say), which the transport does not close and which must not run them on the
         * calling thread. By default on daemon threads of its own, as many as all subscribers may have under way.
         */
        public Builder executor(Executor executor) {
            this.executor = Objects.requireNonNull(executor, "executor");
            return this;
        }

        /** With other numbers. */
        public Builder options(InProcessOptions options) {
            this.options = Objects.requireNonNull(options, "options");
            return this;
        }

        /** Tells {@code listener} what becomes of deliveries. */
        public Builder listener(DeliveryListener listener) {
            this.listener = Objects.requireNonNull(listener, "listener");
            return this;
        }

        /**
         * A name for this process, other than that of any process that runs at the same time, and the same after a restart: what the earlier one had claimed
         * is then claimed again at once, and not when the claim has run out. By default a random one.
         *
         * @param instance 1 to 255 bytes
         */
        public Builder instance(String instance) {
            this.instance = Subscriber.requireName("instance", instance);
            return this;
        }

        /**
         * The transport, not started.
         *
         * @throws IllegalStateException if there is no subscriber
         */
        public InProcessTransport build() {
            if (subscribers.isEmpty()) {
                throw new IllegalStateException("the in-process transport has no subscriber; call subscribe first");
            }
            SplittableRandom random = new SplittableRandom();
            String name = instance == null ? "inprocess-" + Long.toHexString(random.nextLong()) : instance;
            int most = subscribers.stream().mapToInt(Subscriber::concurrency).sum();
            ThreadPoolExecutor handlers = executor == null ? Threads.pool("outbox-inprocess", most) : null;
            ThreadPoolExecutor storeCalls = Threads.pool("outbox-inprocess-store", STORE_THREADS);
            EngineParts parts = new EngineParts(
                    name,
                    new Subscribers(subscribers),
                    store,
                    options.numbers(),
                    random,
                    listener,
                    BoundedExecutor.over(handlers == null ? Objects.requireNonNull(executor) : handlers),
                    storeCalls);
            return new InProcessTransport(parts, storeCalls, handlers);
        }

        /** The transport, {@linkplain InProcessTransport#start() started}. */
        public InProcessTransport start() {
            return build().start();
        }
    }
}
