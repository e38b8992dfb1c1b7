package dev.outbox.redis;

import dev.outbox.Message;
import dev.outbox.spi.DeadLetterSource;
import dev.outbox.spi.Incoming;
import dev.outbox.spi.Sink;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads Redis Streams, as a consumer of a group.
 *
 * <pre>{@code
 * RedisStreamsSource orders = RedisStreamsSource.from(RedisServers.at("redis://localhost:6379")).streams("orders").createGroups().build();
 * Consumer payments = Consumer.of(orders, "payment").handler(this::recordPayment).store(outbox.deliveries()).start();
 * }</pre>
 *
 * <p>Messages are delivered as {@link RedisStreamsTransport} has published them, and those that others wrote as well as they can be told. Their destination is the stream's
 * name, without the shard.
 *
 * <p><strong>Order.</strong> A group of Redis hands each entry to whoever asks first, and so knows no order of keys. Therefore each stream is read by one process of the group
 * at a time, which owns it through a lease in Redis (G7); with {@link Builder#shards} the processes share the shards fairly, and take over those of one that died when its lease has run
 * out. Redis looks at the lease whenever it gives out entries, and whoever takes over begins with what is not finished; so the first effects keep their order also when a
 * process stood still for longer than its lease. {@link Builder#unordered} gives up order for streams that all processes read at the same time.
 *
 * <p><strong>Finished</strong> deliveries are acknowledged at once, many in one command. What was delivered and not acknowledged is delivered again, to this or another process
 * (G2). What a process that ended in good order has left counts as fresh; everything else that was delivered before is {@linkplain Incoming#redelivered() redelivered}.
 *
 * <p><strong>What Redis forgets.</strong> When a group is gone, after FLUSHALL or a failover, it is created again at the beginning if {@link Builder#createGroups} was chosen, and otherwise named
 * in a WARN line until somebody does. Entries that were trimmed or deleted before they were handled are named in an ERROR line, as far as Redis still knows of them.
 *
 * <p>Nothing ends it but {@link #close}: what stands in its way it names in a WARN line, once, and goes on trying. Only an {@link Error}, such as a lack of memory, ends it with an ERROR line, and
 * other processes take its streams over. Thread-safe. Owns a thread and a connection for each of its
 * streams, and two or three more, all daemons. Connects when it is started, so that {@code build} neither waits nor fails because no server runs.
 */
public final class RedisStreamsSource implements DeadLetterSource {
    private static final Logger LOG = LoggerFactory.getLogger(RedisStreamsSource.class);
    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(5);

    private enum State {
        NEW,
        RUNNING,
        CLOSED
    }

    private final RedisServers servers;
    private final @Nullable String chosenGroup;
    private final SourceParts.Numbers numbers;
    private final Duration connectTimeout;
    private final Duration responseTimeout;
    private final Map<String, String> destinations;
    private final AtomicBoolean paused = new AtomicBoolean();
    private final AtomicReference<State> state = new AtomicReference<>(State.NEW);
    private volatile Map<String, StreamReader> readers = Map.of();
    private volatile @Nullable Members members;
    private volatile @Nullable Client client;

    private RedisStreamsSource(Builder builder, Map<String, String> destinations) {
        this.servers = builder.servers;
        this.chosenGroup = builder.group;
        this.numbers = builder.numbers();
        this.connectTimeout = builder.connectTimeout;
        this.responseTimeout = builder.responseTimeout;
        this.destinations = Map.copyOf(destinations);
    }

    /** Begins a source at these servers. */
    public static Builder from(RedisServers servers) {
        return new Builder(Objects.requireNonNull(servers, "servers"));
    }

    /**
     * Begins to read for the group, which has the consumer's name unless {@link Builder#group} says otherwise.
     *
     * @throws IllegalStateException if it was started or closed before
     */
    @Override
    public void start(Sink sink) {
        if (!state.compareAndSet(State.NEW, State.RUNNING)) {
            throw new IllegalStateException(
                    "a Redis source is started once, and this one was started or closed before");
        }
        String group = chosenGroup == null ? sink.consumer() : chosenGroup;
        Client opened = new Client(new ClientOptions(
                "outbox-redis-" + group,
                servers,
                connectTimeout,
                responseTimeout,
                responseTimeout,
                Duration.ZERO,
                ClientOptions.Replication.NONE,
                link -> {}));
        SourceParts parts = new SourceParts(
                "outbox-redis-" + group,
                opened,
                sink,
                group,
                "outbox-" + Long.toHexString(new SecureRandom().nextLong()),
                destinations,
                numbers,
                new Share(destinations.size()),
                new AtomicLong(),
                paused,
                this::retire);
        LOG.info("Group {} reads {} as {}, {}", group, destinations.keySet(), parts.consumer(), parts.numbers());
        run(parts);
    }

    private void run(SourceParts parts) {
        client = parts.client();
        parts.client().start();
        Map<String, StreamReader> started = new HashMap<>();
        parts.destinations().keySet().forEach(stream -> started.put(stream, new StreamReader(parts, stream)));
        readers = Map.copyOf(started);
        if (parts.isLeased()) {
            Members announced = new Members(
                    parts, started.keySet().stream().sorted().findFirst().orElseThrow());
            members = announced;
            announced.start();
        }
        readers.values().forEach(StreamReader::start);
    }

    /** An error has ended one of the threads. The others end in good order, and nothing claims any more that this process is there. */
    private void retire() {
        readers.values().forEach(StreamReader::retire);
        Members announced = members;
        if (announced != null) {
            announced.stop();
        }
    }

    @Override
    public void acknowledge(List<Incoming> finished, Runnable onDurable) {
        Map<String, List<Incoming>> byStream = new HashMap<>();
        finished.forEach(one -> byStream.computeIfAbsent(one.group(), stream -> new ArrayList<>())
                .add(one));
        AtomicInteger open = new AtomicInteger(finished.size());
        Map<String, StreamReader> all = readers;
        byStream.forEach((stream, some) -> {
            StreamReader reader = all.get(stream);
            if (reader != null) {
                reader.finish(some, () -> {
                    if (open.decrementAndGet() == 0) {
                        onDurable.run();
                    }
                });
            }
        });
        Client opened = client;
        if (opened != null) {
            opened.flush();
        }
    }

    /**
     * Moves the entry to the stream {@code {orders}:dead:payment} when it is acknowledged, for the stream {@code orders} and the group {@code payment}: with its fields, and those that say why it was given up.
     * Added and acknowledged in one step, and once, also if that has to be repeated.
     */
    @Override
    public void setAside(Incoming incoming, Message deadLetter) {
        StreamReader reader = readers.get(incoming.group());
        if (reader != null) {
            reader.setAside(incoming, deadLetter);
        }
    }

    @Override
    public void pause() {
        paused.set(true);
    }

    @Override
    public void resume() {
        paused.set(false);
        readers.values().forEach(StreamReader::wake);
    }

    /** Of the streams that this process owns or shares, as of a second ago; needs Redis 7.0. */
    @Override
    public OptionalLong lag() {
        long sum = 0;
        for (StreamReader reader : readers.values()) {
            OptionalLong lag = reader.lag();
            if (lag.isEmpty()) {
                return OptionalLong.empty();
            }
            sum += lag.getAsLong();
        }
        return readers.isEmpty() ? OptionalLong.empty() : OptionalLong.of(sum);
    }

    /** Acknowledges what is finished, gives its streams and what is not finished to the others, and returns within about five seconds, also while no server answers (G11). Idempotent. */
    @Override
    public void close() {
        if (state.getAndSet(State.CLOSED) != State.RUNNING) {
            return;
        }
        long end = System.nanoTime() + LONGEST_CLOSE.toNanos();
        readers.values().forEach(StreamReader::stop);
        try {
            for (StreamReader reader : readers.values()) {
                reader.awaitEnd(end);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Members announced = members;
        if (announced != null) {
            announced.stop();
        }
        Client opened = client;
        if (opened != null) {
            opened.close();
        }
    }

    /** Collects options. Each method checks its argument, {@link #build} how they go together. Not thread-safe. */
    public static final class Builder {
        private static final int MOST_STREAMS = 256;
        private static final int MOST_IN_A_BATCH = 10_000;
        private static final Duration HOUR = Duration.ofHours(1);
        private static final Duration SECOND = Duration.ofSeconds(1);

        private final RedisServers servers;
        private Set<String> names = Set.of();
        private Shards shards = Shards.NONE;
        private Function<String, String> destinations = Function.identity();
        private @Nullable String group;
        private SourceParts.Ownership ownership = SourceParts.Ownership.LEASED;
        private SourceParts.Beginning beginning = SourceParts.Beginning.NONE;
        private int batch = 500;
        private Duration lease = Duration.ofSeconds(15);
        private Duration claimAfter = Duration.ofMinutes(1);
        private Duration drainTimeout = Duration.ofSeconds(30);
        private Duration connectTimeout = Duration.ofSeconds(2);
        private Duration responseTimeout = Duration.ofSeconds(5);

        private Builder(RedisServers servers) {
            this.servers = servers;
        }

        /** Reads these streams. */
        public Builder streams(String... streams) {
            names = new LinkedHashSet<>(List.of(streams));
            return this;
        }

        /**
         * Reads the shards of each stream: as many as its publishers have, see {@link RedisStreamsTransport.Builder#shards}.
         *
         * @throws IllegalArgumentException if it is not a power of two from 1 to 64
         */
        public Builder shards(int count) {
            shards = new Shards(count);
            return this;
        }

        /** Finds the destination of the messages of a stream, named without its shard; that name unless set. */
        public Builder destinations(Function<String, String> destinations) {
            this.destinations = Objects.requireNonNull(destinations, "destinations");
            return this;
        }

        /** The consumer group; the consumer's name unless set. */
        public Builder group(String group) {
            this.group = Objects.requireNonNull(group, "group");
            return this;
        }

        /** Creates groups and streams that are not there; such a group begins with the first entry of its stream. */
        public Builder createGroups() {
            beginning = SourceParts.Beginning.EARLIEST;
            return this;
        }

        /** As {@link #createGroups}, but such a group begins with what is added afterwards. One that disappears later begins with the first entry nevertheless. */
        public Builder createGroupsFromLatest() {
            beginning = SourceParts.Beginning.LATEST;
            return this;
        }

        /**
         * Lets all processes of the group read each stream at the same time: messages of one key may then be handled in any order and at the same time. For streams whose messages need no order
         * and where one process for each stream is too few.
         */
        public Builder unordered() {
            ownership = SourceParts.Ownership.SHARED;
            return this;
        }

        /**
         * The most entries of a read; 500 unless set. So many may come on top of the consumer's {@code bufferCount} for each stream.
         *
         * @throws IllegalArgumentException if it is not 1 to 10,000
         */
        public Builder batch(int entries) {
            if (entries < 1 || entries > MOST_IN_A_BATCH) {
                throw new IllegalArgumentException("batch " + entries + " must be 1 to " + MOST_IN_A_BATCH);
            }
            batch = entries;
            return this;
        }

        /** For how long a process owns a stream without a sign of life: the time after which others take over from one that died. 1 s to 1 h, 15 s unless set. */
        public Builder lease(Duration length) {
            lease = require("lease", length, SECOND, HOUR);
            return this;
        }

        /**
         * With {@link #unordered}, for how long entries are left with a process that gives no sign of life. 1 s to 1 h, a minute unless set. Those of a handler that takes longer stay with its
         * process.
         */
        public Builder claimAfter(Duration idle) {
            claimAfter = require("claimAfter", idle, SECOND, HOUR);
            return this;
        }

        /** How long handlers may run on when their stream is to go to another process, which waits for it; at most 1 h, 30 s unless set. */
        public Builder drainTimeout(Duration timeout) {
            drainTimeout = require("drainTimeout", timeout, Duration.ZERO, HOUR);
            return this;
        }

        /** How long a connection may take; 2 s unless set, 10 ms to 1 min. */
        public Builder connectTimeout(Duration timeout) {
            connectTimeout = require("connectTimeout", timeout, Duration.ofMillis(10), Duration.ofMinutes(1));
            return this;
        }

        /** How long Redis may take to reply before the connection counts as broken; 5 s unless set, 1 s to 1 min. */
        public Builder responseTimeout(Duration timeout) {
            responseTimeout = require("responseTimeout", timeout, SECOND, Duration.ofMinutes(1));
            return this;
        }

        private static Duration require(String what, Duration value, Duration least, Duration most) {
            if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
                throw new IllegalArgumentException(what + " " + value + " must be " + least + " to " + most);
            }
            return value;
        }

        private SourceParts.Numbers numbers() {
            return new SourceParts.Numbers(ownership, beginning, batch, lease, claimAfter, drainTimeout);
        }

        /**
         * The source, not connected.
         *
         * @throws IllegalArgumentException if there is no stream, or if the streams and their shards are more than 256
         */
        public RedisStreamsSource build() {
            Map<String, String> byStream = new HashMap<>();
            for (String name : names) {
                String destination = destinations.apply(name);
                shards.all(name).forEach(stream -> byStream.put(stream, destination));
            }
            if (byStream.isEmpty() || byStream.size() > MOST_STREAMS) {
                throw new IllegalArgumentException("a source reads 1 to " + MOST_STREAMS
                        + " streams, shards counted; these were " + byStream.size());
            }
            return new RedisStreamsSource(this, byStream);
        }
    }
}
