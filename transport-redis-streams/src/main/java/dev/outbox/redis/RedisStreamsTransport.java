package dev.outbox.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.outbox.Message;
import dev.outbox.internal.wire.EventAttributes;
import dev.outbox.spi.FailureText;
import dev.outbox.spi.Outcome;
import dev.outbox.spi.OutcomeListener;
import dev.outbox.spi.Outgoing;
import dev.outbox.spi.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Publishes messages to Redis Streams, as CloudEvents 1.0 with an attribute a field.
 *
 * <pre>{@code
 * RedisStreamsTransport redis = RedisStreamsTransport.to(RedisServers.at("redis://localhost:6379")).build();
 * Relay relay = Relay.from(outbox.store()).to(redis).start();
 * }</pre>
 *
 * <p>A destination is a stream, unless {@link Builder#streams} says otherwise, or several with {@link Builder#shards}, of which each key has one. A message is
 * confirmed when the server has added it, and when {@link Builder#replicas} have said that they have it, if that is asked for.
 *
 * <p><strong>What Redis does not promise.</strong> Replication is asynchronous: a failover may lose confirmed messages, also with {@link Builder#replicas}, which
 * make it less likely. With {@code appendfsync everysec} a crash of the machine loses the last second. The transport looks at each server that it connects to
 * and warns of settings that forget or drop what was confirmed.
 *
 * <p>{@link #send} never waits. Nothing is sent a second time by this transport: what may have arrived is reported as unknown, and the relay sends it again (G4).
 * An outage, a failover, a full memory, a wrong password and a missing right count as unavailable, which costs no attempt (G8); each is named in the error
 * with what to do.
 *
 * <p>Thread-safe; may be used by several relays. Connects with the first message, so that {@code build} neither waits nor fails because no server runs. Owns a
 * thread and one more for each server that has its streams, all daemons. A process that is killed loses nothing: what was not confirmed is sent again (G4).
 */
public final class RedisStreamsTransport implements Transport {
    private static final Logger LOG = LoggerFactory.getLogger(RedisStreamsTransport.class);
    private static final Duration SLACK = Duration.ofSeconds(5);
    private static final int LONGEST_RUN = 100;

    private enum State {
        NEW,
        RUNNING,
        CLOSED
    }

    private final RedisServers servers;
    private final Function<String, String> mapping;
    private final Shards shards;
    private final List<byte[]> options;
    private final Trimming trimming;
    private final EntryFields fields;
    private final Durability durability;
    private final Client client;
    private final AtomicBoolean refusedTransactions = new AtomicBoolean();
    private final AtomicReference<State> state = new AtomicReference<>(State.NEW);

    private RedisStreamsTransport(Builder builder) {
        this.servers = builder.servers;
        this.mapping = builder.streams;
        this.shards = builder.shards;
        this.options = builder.existingOnly ? List.of("NOMKSTREAM".getBytes(UTF_8)) : List.of();
        this.trimming = builder.trimming;
        this.fields = new EntryFields(builder.source);
        this.durability = new Durability(builder.demand);
        this.client = new Client(new ClientOptions(
                "outbox-redis",
                builder.servers,
                builder.connectTimeout,
                builder.responseTimeout,
                builder.unavailableAfter,
                builder.closeTimeout,
                builder.replication,
                this::check));
    }

    /** Begins a transport to these servers. */
    public static Builder to(RedisServers servers) {
        return new Builder(Objects.requireNonNull(servers, "servers"));
    }

    @Override
    public void send(List<Outgoing> batch, OutcomeListener outcomes) {
        begin();
        for (List<Outgoing> run : Outgoing.runs(batch)) {
            submit(run, outcomes);
        }
        client.flush();
    }

    private void submit(List<Outgoing> run, OutcomeListener outcomes) {
        String stream;
        try {
            Message first = run.get(0).message();
            stream = shards.stream(stream(first.destination()), first);
        } catch (RuntimeException e) {
            // The caller's function has failed, not Redis.
            run.forEach(outgoing -> outcomes.onOutcome(outgoing.token(), new Outcome.Failed(e)));
            return;
        }
        client.submit(PublishedRun.of(run.stream()
                .map(outgoing -> new Publication(
                        stream, arguments(stream, outgoing), System.nanoTime(), outgoing.token(), outcomes))
                .toList()));
    }

    /** All of a key's messages that are sent at a time are added by one transaction of Redis (MULTI, EXEC). */
    @Override
    public int longestRun() {
        return LONGEST_RUN;
    }

    private void check(Link link) {
        link.askForTransactions();
        JedisDataException refusal = link.refusesTransactions();
        if (refusal != null && !refusedTransactions.getAndSet(true)) {
            LOG.warn(
                    "Redis at {} refuses transactions, so the messages of one key go one by one: grant the user MULTI and"
                            + " EXEC ({})",
                    link.address(),
                    FailureText.of(refusal));
        }
        durability.check(link);
        client.options().replication().check(link);
    }

    private byte[][] arguments(String stream, Outgoing outgoing) {
        List<byte[]> arguments = new ArrayList<>(32);
        arguments.add(stream.getBytes(UTF_8));
        arguments.addAll(options);
        trimming.addTo(arguments);
        arguments.add(new byte[] {'*'});
        fields.addTo(arguments, outgoing);
        return arguments.toArray(byte[][]::new);
    }

    private String stream(String destination) {
        return Objects.requireNonNull(
                mapping.apply(destination), () -> "the stream of destination '" + destination + "'");
    }

    private void begin() {
        if (state.compareAndSet(State.NEW, State.RUNNING)) {
            LOG.info("Publishing to Redis at {}", servers);
            client.start();
        } else if (state.get() == State.CLOSED) {
            throw new IllegalStateException("the Redis transport is closed");
        }
    }

    /** The longest wait for a connection and for replies together, and 5 seconds: after that there is an outcome. */
    @Override
    public Duration sendTimeout() {
        return client.options()
                .patience()
                .plus(client.options().longestExchange())
                .plus(SLACK);
    }

    /** What was found about the servers that were used so far; the transport logs it by itself as soon as it is known. No I/O. */
    @Override
    public List<String> durabilityWarnings() {
        return durability.findings();
    }

    /** Waits for replies for {@link Builder#closeTimeout}; what has none then is reported as unknown. Idempotent. */
    @Override
    public void close() {
        if (state.getAndSet(State.CLOSED) != State.CLOSED) {
            client.close();
        }
    }

    /** Collects options. Each method checks its argument. Not thread-safe. */
    public static final class Builder {
        private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);
        private static final Duration SHORTEST_WAIT = Duration.ofMillis(10);
        private static final int MOST_REPLICAS = 100;

        private final RedisServers servers;
        private Function<String, String> streams = Function.identity();
        private Shards shards = Shards.NONE;
        private Trimming trimming = Trimming.NONE;
        private boolean existingOnly;
        private String source = "outbox";
        private Durability.Demand demand = Durability.Demand.WARN;
        private ClientOptions.Replication replication = ClientOptions.Replication.NONE;
        private Duration connectTimeout = Duration.ofSeconds(2);
        private Duration responseTimeout = Duration.ofSeconds(10);
        private Duration unavailableAfter = Duration.ofSeconds(3);
        private Duration closeTimeout = Duration.ofSeconds(2);

        private Builder(RedisServers servers) {
            this.servers = servers;
        }

        /** Finds the stream of a destination; the destination's own name unless set. Called for each message, so it should be quick. */
        public Builder streams(Function<String, String> streams) {
            this.streams = Objects.requireNonNull(streams, "streams");
            return this;
        }

        /**
         * Spreads each destination over {@code count} streams by key, so that several consumers can share its keys and keep their order: {@code orders:0} to
         * {@code orders:7} for {@code orders} and 8. All publishers and consumers of a destination must have the same number. 1, the destination's own stream, unless
         * set.
         *
         * @throws IllegalArgumentException if it is not a power of two from 1 to 64
         */
        public Builder shards(int count) {
            this.shards = new Shards(count);
            return this;
        }

        /**
         * Counts messages as confirmed only when {@code replicas} replicas have said that they have them (WAIT), within {@code timeout}. Without that they count as
         * unknown and are sent again. While fewer replicas are connected nothing is sent.
         *
         * @throws IllegalArgumentException if {@code replicas} is not 1 to 100, or {@code timeout} not 10 ms to 1 min
         */
        public Builder replicas(int replicas, Duration timeout) {
            if (replicas < 1 || replicas > MOST_REPLICAS) {
                throw new IllegalArgumentException("replicas " + replicas + " must be 1 to " + MOST_REPLICAS);
            }
            this.replication =
                    new ClientOptions.Replication(replicas, requireWait("timeout of replicas", timeout, SHORTEST_WAIT));
            return this;
        }

        /**
         * Drops the oldest entries of a stream when it has more than about {@code length}. <strong>Redis does not ask whether anybody has read
         * them</strong>: what a group has not read, or not acknowledged, is lost to it. Off unless set, and then streams grow until somebody trims them.
         *
         * @throws IllegalArgumentException if {@code length} is not positive
         */
        public Builder maxLength(long length) {
            this.trimming = Trimming.length(length);
            return this;
        }

        /**
         * Drops entries that are older than about {@code age}, by the clock of this machine, with the same warning as {@link #maxLength}. The later of the two
         * settings counts.
         *
         * @throws IllegalArgumentException if {@code age} is less than a second
         */
        public Builder maxAge(Duration age) {
            this.trimming = Trimming.age(age);
            return this;
        }

        /** Adds to streams that exist, and reports a message for another one as unavailable. By default Redis creates the stream, also for a misspelt name. */
        public Builder existingStreamsOnly() {
            this.existingOnly = true;
            return this;
        }

        /**
         * Sends nothing to a server whose settings forget or drop what it has confirmed: no {@code appendonly}, {@code appendfsync} other than {@code always}, a
         * {@code maxmemory-policy} that evicts any key. By default the transport only warns.
         */
        public Builder requireDurability() {
            this.demand = Durability.Demand.REFUSE;
            return this;
        }

        /**
         * The {@code ce_source} of what is sent: a URI reference that names this application, such as {@code /orders}; {@code outbox} unless set.
         *
         * @throws IllegalArgumentException if it is empty, longer than 255 characters, or no URI reference
         */
        public Builder source(String source) {
            this.source = EventAttributes.requireSource(source);
            return this;
        }

        /** How long a connection may take; 2 s unless set, 10 ms to 1 min. */
        public Builder connectTimeout(Duration timeout) {
            this.connectTimeout = requireWait("connectTimeout", timeout, SHORTEST_WAIT);
            return this;
        }

        /** How long Redis may take to reply to what was sent in one go, before that counts as unknown; 10 s unless set, 10 ms to 1 min. */
        public Builder responseTimeout(Duration timeout) {
            this.responseTimeout = requireWait("responseTimeout", timeout, SHORTEST_WAIT);
            return this;
        }

        /** How long a message waits for a connection before it counts as unavailable; 3 s unless set, at most a minute. */
        public Builder unavailableAfter(Duration patience) {
            this.unavailableAfter = requireWait("unavailableAfter", patience, Duration.ZERO);
            return this;
        }

        /** How long {@link RedisStreamsTransport#close} waits for replies; 2 s unless set, at most a minute. */
        public Builder closeTimeout(Duration timeout) {
            this.closeTimeout = requireWait("closeTimeout", timeout, Duration.ZERO);
            return this;
        }

        private static Duration requireWait(String what, Duration wait, Duration least) {
            if (wait.compareTo(least) < 0 || wait.compareTo(LONGEST_WAIT) > 0) {
                throw new IllegalArgumentException(what + " " + wait + " must be " + least + " to " + LONGEST_WAIT);
            }
            return wait;
        }

        /** The transport, not connected. */
        public RedisStreamsTransport build() {
            return new RedisStreamsTransport(this);
        }
    }
}
