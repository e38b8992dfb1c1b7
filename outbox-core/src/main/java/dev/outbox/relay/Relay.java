package dev.outbox.relay;

import dev.outbox.Health;
import dev.outbox.retry.RateLimit;
import dev.outbox.retry.RetryBudget;
import dev.outbox.spi.Depth;
import dev.outbox.spi.OutboxStore;
import dev.outbox.spi.Transport;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The background publisher: reads committed messages from an outbox and hands them to transports until they are confirmed or given up.
 *
 * <pre>{@code
 * try (Relay relay = Relay.from(outbox.store()).to(transport).start()) { ... }
 * }</pre>
 *
 * <p>Any number of relays may work on one outbox, in any number of processes; they share its 64 slots. Each uses at most two connections of the store at a
 * time, briefly. {@code start} does not fail because a database or a destination is down; the relay waits for them. Guarantees G1 to G5 and G8 to G12 hold
 * also when the process is killed at any point: {@code close} only makes the successor's start quicker.
 *
 * <p>Thread-safe. The relay has one thread for itself, two for the store, and one for each destination that is being handed messages at the time, at most 16; all daemons. It closes neither the store nor the transports.
 */
public final class Relay implements AutoCloseable {
    /** The life of a relay. */
    public enum State {
        /** Built, not started. */
        NEW,
        /** At work. */
        RUNNING,
        /** Reads nothing any more; awaits and settles what is in flight. */
        STOPPING,
        /** Ended. */
        CLOSED,
        /** Ended by an {@link Error}; another relay takes over when the leases have run out. */
        FAILED
    }

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

    private final RelayParts parts;
    private final AtomicReference<State> state = new AtomicReference<>(State.NEW);
    private final RelayThread thread;

    private Relay(Builder builder) {
        String name = builder.name != null ? builder.name : "relay-" + UUID.randomUUID();
        SplittableRandom random = new SplittableRandom(new java.security.SecureRandom().nextLong());
        RelayThreads threads = new RelayThreads(name);
        this.parts = new RelayParts(
                name,
                builder.store,
                builder.routes(),
                builder.options,
                Map.copyOf(builder.rates),
                Map.copyOf(builder.budgets),
                builder.listener,
                threads,
                threads.senders(),
                random,
                InstantSource.system());
        this.thread = new RelayThread(parts, threads, builder.transports(), state);
    }

    /** Begins a relay for the outbox in {@code store}. */
    public static Builder from(OutboxStore store) {
        return new Builder(Objects.requireNonNull(store, "store"));
    }

    /**
     * Starts the relay's threads; does nothing if they were started before.
     *
     * @throws IllegalStateException if the relay was closed
     */
    public Relay start() {
        if (state.compareAndSet(State.NEW, State.RUNNING)) {
            thread.start();
        } else if (state.get() != State.RUNNING) {
            throw new IllegalStateException("relay " + parts.name() + " is " + state.get() + "; build another one");
        }
        return this;
    }

    /** The instance's name, as the lease table shows it. */
    public String name() {
        return parts.name();
    }

    /** Where in its life the relay is. */
    public State state() {
        return Objects.requireNonNull(state.get());
    }

    /** What the relay has done and what it sees; costs no I/O. */
    public RelayStatistics statistics() {
        RelayEngine engine = thread.engine();
        Meter meter = engine.meter;
        Optional<Depth> depth = Optional.ofNullable(engine.depth());
        return new RelayStatistics(
                state(),
                meter.slots(),
                thread.held(),
                thread.inFlight(),
                meter.confirmed(),
                meter.failures(),
                meter.dead(),
                meter.confirmedPerSecond(),
                meter.failuresPerSecond(),
                meter.latency(0.5),
                meter.latency(0.99),
                depth);
    }

    /** Whether it does its work, and if not, why; costs no I/O. A relay that owns no slot, since others have them all, is up. */
    public Health health() {
        return RelayHealth.of(state(), thread.engine().meter);
    }

    /** Completes when the relay has ended, with {@link State#CLOSED} or {@link State#FAILED}. */
    public CompletionStage<State> whenEnded() {
        return thread.whenEnded();
    }

    /** Closes with a limit of 10 seconds; see {@link #close(Duration)}. */
    @Override
    public void close() {
        close(CLOSE_TIMEOUT);
    }

    /**
     * Reads nothing any more, awaits what is in flight for at most {@code timeout}, settles it, and gives up the slots. Returns within the timeout and about
     * a second, also when the database or a destination hangs; what was not settled then is sent again by the next relay. Idempotent.
     */
    public void close(Duration timeout) {
        if (state.compareAndSet(State.NEW, State.CLOSED)) {
            thread.endedAs(State.CLOSED);
            return;
        }
        thread.close(timeout);
    }

    /** Collects what a relay is made of; each method checks its argument. Not thread-safe. */
    public static final class Builder {
        private final OutboxStore store;
        private final Map<String, Transport> routes = new HashMap<>();
        private final Map<String, Double> rates = new HashMap<>();
        private final Map<String, Integer> budgets = new HashMap<>();
        private @Nullable Transport fallback;
        private @Nullable String name;
        private RelayOptions options = RelayOptions.defaults();
        private RelayListener listener = RelayListener.NONE;

        private Builder(OutboxStore store) {
            this.store = store;
        }

        /** Where all messages go that have no route of their own. */
        public Builder to(Transport transport) {
            this.fallback = Objects.requireNonNull(transport, "transport");
            return this;
        }

        /** Where messages to {@code destination} go. */
        public Builder route(String destination, Transport transport) {
            routes.put(
                    Objects.requireNonNull(destination, "destination"), Objects.requireNonNull(transport, "transport"));
            return this;
        }

        /**
         * The instance's name, unique among all relays alive on this outbox, 1 to 100 characters; random unless set. A relay that starts under the name of
         * one that was killed takes over its slots at once, without waiting for its leases to run out.
         */
        public Builder name(String name) {
            if (name.isBlank() || name.length() > 100 || !name.chars().allMatch(c -> c > ' ' && c < 127)) {
                throw new IllegalArgumentException(
                        "name must be 1 to 100 characters of visible ASCII, but has " + name.length() + " characters");
            }
            this.name = name;
            return this;
        }

        /** The numbers to work by. */
        public Builder options(RelayOptions options) {
            this.options = Objects.requireNonNull(options, "options");
            return this;
        }

        /**
         * Sends at most {@code perSecond} messages a second to {@code destination}, and in no second more than a twentieth over that, also after an outage.
         *
         * @throws IllegalArgumentException if the rate is out of the bounds of {@link RateLimit#perSecond(double)}
         */
        public Builder rateLimit(String destination, double perSecond) {
            RateLimit.perSecond(perSecond);
            rates.put(Objects.requireNonNull(destination, "destination"), perSecond);
            return this;
        }

        /**
         * Lets retries to {@code destination} use a {@link RetryBudget} of {@code tokens}; when it is empty, one retry a second goes.
         *
         * @throws IllegalArgumentException if {@code tokens} is out of the bounds of {@link RetryBudget#ofCapacity}
         */
        public Builder retryBudget(String destination, int tokens) {
            RetryBudget.ofCapacity(tokens);
            budgets.put(Objects.requireNonNull(destination, "destination"), tokens);
            return this;
        }

        /** Who observes the relay. */
        public Builder listener(RelayListener listener) {
            this.listener = Objects.requireNonNull(listener, "listener");
            return this;
        }

        /**
         * The relay, not started.
         *
         * @throws IllegalStateException if there is neither a transport for all messages nor a route
         */
        public Relay build() {
            if (fallback == null && routes.isEmpty()) {
                throw new IllegalStateException(
                        "a relay needs to(transport) or at least one route(destination, transport)");
            }
            return new Relay(this);
        }

        /** Builds the relay and starts it. */
        public Relay start() {
            return build().start();
        }

        private Function<String, Transport> routes() {
            Map<String, Transport> copy = Map.copyOf(routes);
            Transport otherwise = fallback != null ? fallback : new NoRoute();
            return destination -> copy.getOrDefault(destination, otherwise);
        }

        private Set<Transport> transports() {
            Set<Transport> all = java.util.Collections.newSetFromMap(new IdentityHashMap<>());
            all.addAll(routes.values());
            if (fallback != null) {
                all.add(fallback);
            }
            return all;
        }
    }
}
