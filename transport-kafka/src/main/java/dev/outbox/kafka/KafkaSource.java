package dev.outbox.kafka;

import dev.outbox.spi.Incoming;
import dev.outbox.spi.Sink;
import dev.outbox.spi.Source;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads topics of Kafka, as a member of a consumer group.
 *
 * <pre>{@code
 * KafkaSource orders = KafkaSource.from("localhost:9092").topics("orders").build();
 * Consumer payments = Consumer.of(orders, "payment").handler(this::recordPayment).store(outbox.deliveries()).start();
 * }</pre>
 *
 * <p>Messages are delivered as {@link KafkaTransport} has published them, and those that others wrote as well as they can be told; their destination is the topic,
 * unless {@link Builder#destinations} says otherwise. What has a key is in one partition, and in order (G7); the partitions are shared among the processes of the group.
 *
 * <p><strong>Position.</strong> A partition's committed position is never above the lowest delivery that is not finished (G2), so after a crash nothing is lost, and
 * what was finished above it comes again. One delivery that takes very long holds the position, and after 100,000 more its partition. The position is committed
 * about ten times a second.
 *
 * <p><strong>Slow handlers</strong> cost no membership: the thread that reads polls again at once whatever they do, and pauses when the consumer asks for it. When a partition
 * is to go to another process, what runs may end, for {@link Builder#drainTimeout}; then it is committed and given away.
 *
 * <p><strong>Crashes.</strong> Beside the position it is written up to where records may be under way, and that all is well after an orderly end. What may have been under
 * way in a process that ended without a word is delivered as {@linkplain Incoming#redelivered() redelivered}, and more of each of its partitions: at least three times
 * {@code max.poll.records}, which is 1,500 unless set.
 *
 * <p><strong>Age.</strong> {@link Incoming#appendedAt} is the record's timestamp: the broker's, where the topic's {@code message.timestamp.type} is
 * {@code LogAppendTime}, else the one that the producer wrote.
 *
 * <p>Nothing ends it but {@link #close}: what stands in its way (no broker, no right, no topic) it names in a WARN line, once, and goes on trying. Only an {@link Error}, such as
 * a lack of memory, ends it with an ERROR line, and other processes take its partitions over. Thread-safe. Owns a thread of its
 * own and the Kafka consumer with its thread, all daemons. Connects when it is started, so that {@code build} neither waits nor fails because no broker runs.
 */
public final class KafkaSource implements Source {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaSource.class);
    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(8);
    private static final String ANY_GROUP = "any";

    private enum State {
        NEW,
        RUNNING,
        CLOSED
    }

    private final Map<String, Object> properties;
    private final Topics topics;
    private final Function<String, String> destinations;
    private final Start start;
    private final Gaps.Policy gapPolicy;
    private final @Nullable Duration drainTimeout;
    private final AtomicReference<State> state = new AtomicReference<>(State.NEW);
    private final AtomicLong assignments = new AtomicLong();
    private final Mail mail = new Mail();
    private volatile @Nullable SourceParts begun;
    private volatile @Nullable SourceLoop loop;

    private KafkaSource(Builder builder, Topics topics) {
        this.properties = Map.copyOf(builder.properties);
        this.topics = topics;
        this.destinations = builder.destinations;
        this.start = builder.start;
        this.gapPolicy = builder.gapPolicy;
        this.drainTimeout = builder.drainTimeout;
        ConsumerSettings.of(properties, ANY_GROUP);
    }

    /** Begins a source at the cluster of {@code bootstrapServers}: one or more {@code host:port}, with commas between them. */
    public static Builder from(String bootstrapServers) {
        return new Builder().property("bootstrap.servers", bootstrapServers);
    }

    /** Begins a source with the properties of a Kafka consumer; see {@link Builder#property}. */
    public static Builder with(Map<String, ?> properties) {
        Builder builder = new Builder();
        properties.forEach(builder::property);
        return builder;
    }

    /**
     * Joins the group, which has the consumer's name unless {@link Builder#group} says otherwise.
     *
     * @throws IllegalStateException if it was started or closed before
     */
    @Override
    public void start(Sink sink) {
        if (!state.compareAndSet(State.NEW, State.RUNNING)) {
            throw new IllegalStateException(
                    "a Kafka source is started once, and this one was started or closed before");
        }
        ConsumerSettings settings = ConsumerSettings.of(properties, sink.consumer());
        Duration drain = drainTimeout == null ? settings.longestDrain() : drainTimeout;
        Troubles troubles = new Troubles(SourceParts.name(settings));
        SourceParts parts = new SourceParts(
                settings,
                topics,
                new Destinations(destinations, troubles),
                start,
                gapPolicy,
                drain,
                InstantSource.system(),
                assignments::incrementAndGet,
                new Lag(settings.isolation()),
                troubles,
                sink);
        LOG.info("{} reads {}; without a position it begins at {}", parts.name(), topics, start);
        begun = parts;
        SourceLoop reading = new SourceLoop(parts, mail);
        loop = reading;
        reading.start();
    }

    @Override
    public void acknowledge(List<Incoming> finished, Runnable onDurable) {
        mail.add(new Finished(List.copyOf(finished), Objects.requireNonNull(onDurable, "onDurable")));
    }

    @Override
    public void acknowledge(List<Incoming> finished) {
        mail.add(new Finished(List.copyOf(finished), null));
    }

    @Override
    public void pause() {
        mail.pause();
    }

    @Override
    public void resume() {
        mail.resume();
    }

    /**
     * The records of this process' partitions that are not finished, by the brokers' figures of a second ago at most; those of open transactions do not count. Empty before
     * the first call, while brokers do not say, and while it has partitions of which it does not know yet where to begin.
     */
    @Override
    public OptionalLong lag() {
        SourceParts parts = begun;
        return parts == null ? OptionalLong.empty() : parts.lag().figure();
    }

    /** What stands in its way at present, in words that say what to do; none if all is well. Each was a WARN line too. No I/O. */
    public List<String> troubles() {
        SourceParts parts = begun;
        return parts == null ? List.of() : parts.troubles().all();
    }

    /**
     * Commits what is finished, leaves the group (a static member stays in it until its session ends), and returns within eight seconds, also while no broker
     * answers (G11). Idempotent.
     */
    @Override
    public void close() {
        State before = state.getAndSet(State.CLOSED);
        SourceLoop running = loop;
        if (before == State.RUNNING && running != null && !running.stop(LONGEST_CLOSE)) {
            LOG.warn("The Kafka source of {} has not ended within {}", topics, LONGEST_CLOSE);
        }
    }

    /** Collects properties and options. Each method checks its argument, {@link #build} how they go together. Not thread-safe. */
    public static final class Builder {
        private final Map<String, Object> properties = new HashMap<>();
        private Set<String> names = Set.of();
        private @Nullable Pattern pattern;
        private Function<String, String> destinations = Function.identity();
        private Start start = new Start.Earliest();
        private Gaps.Policy gapPolicy = Gaps.Policy.GO_ON;
        private @Nullable Duration drainTimeout;

        private Builder() {}

        /** Reads these topics; one that is missing is waited for, and named in a WARN line. */
        public Builder topics(String... topics) {
            names = new LinkedHashSet<>(List.of(topics));
            return this;
        }

        /** Reads all topics whose names match, also those that are created later, from their first record on or from where {@link #fromLatest} says. */
        public Builder topics(Pattern topics) {
            pattern = Objects.requireNonNull(topics, "topics");
            return this;
        }

        /** The consumer group, {@code group.id}; the consumer's name unless set. */
        public Builder group(String group) {
            return property("group.id", group);
        }

        /**
         * Makes this process a static member of its group, {@code group.instance.id}: after a restart within {@code session.timeout.ms} it gets its partitions back, and
         * no other process notices. Every process needs one of its own, the same after a restart.
         */
        public Builder staticMember(String instance) {
            return property("group.instance.id", instance);
        }

        /** A group without a position begins at the first record that is there, so that none is missed. This is so unless another beginning is chosen. */
        public Builder fromEarliest() {
            start = new Start.Earliest();
            return this;
        }

        /**
         * A group without a position begins with what comes after its first start; what is in the topic then, it never reads. Partitions that are added to the topic later
         * are read from their first record on.
         */
        public Builder fromLatest() {
            start = new Start.Latest();
            return this;
        }

        /** A group without a position begins at the first record whose timestamp is {@code time} or later. */
        public Builder from(Instant time) {
            start = new Start.At(Objects.requireNonNull(time, "time"));
            return this;
        }

        /**
         * When retention has deleted records that the group had not read, or a topic was created anew: an ERROR line says which are gone, and the partition goes on with
         * the first record that is there. This is so unless {@link #stopWhenRecordsAreGone} is chosen.
         */
        public Builder goOnWhenRecordsAreGone() {
            gapPolicy = Gaps.Policy.GO_ON;
            return this;
        }

        /** When records are gone that the group had not read: an ERROR line says which, and the partition is not read until a person has set the group's position. */
        public Builder stopWhenRecordsAreGone() {
            gapPolicy = Gaps.Policy.STOP;
            return this;
        }

        /** Finds the destination of the messages of a topic; the topic's own name unless set. Asked once for each topic, and again every second while it fails. */
        public Builder destinations(Function<String, String> destinations) {
            this.destinations = Objects.requireNonNull(destinations, "destinations");
            return this;
        }

        /**
         * How long handlers may run on when their partition is to go to another process, which waits for it; half of {@code max.poll.interval.ms}, at most a minute, unless
         * set. What has not ended then is handled again there.
         */
        public Builder drainTimeout(Duration timeout) {
            if (timeout.isNegative()) {
                throw new IllegalArgumentException("drainTimeout " + timeout + " must not be negative");
            }
            drainTimeout = timeout;
            return this;
        }

        /**
         * Sets a property of the Kafka consumer. All are passed on, for TLS, SASL, the sizes of fetches and so on, except those on which a guarantee rests:
         *
         * <table>
         * <caption>Properties that are checked when the source is built</caption>
         * <thead><tr><th>property</th><th>must be</th><th>default here</th></tr></thead>
         * <tbody>
         * <tr><td>{@code enable.auto.commit}</td><td>{@code false}</td><td>{@code false}</td></tr>
         * <tr><td>{@code auto.offset.reset}</td><td>must not be set; see {@link #fromEarliest}, {@link #stopWhenRecordsAreGone}</td><td></td></tr>
         * <tr><td>{@code partition.assignment.strategy}</td><td>must name a cooperative assignor, beside others for a change-over</td>
         *     <td>{@code CooperativeStickyAssignor}</td></tr>
         * <tr><td>{@code max.poll.records}</td><td>1 to 10,000: so many may come on top of the consumer's {@code bufferCount}</td><td>Kafka's, 500</td></tr>
         * <tr><td>{@code max.poll.interval.ms}</td><td>at least 1,000</td><td>Kafka's, 300,000</td></tr>
         * <tr><td>{@code isolation.level}</td><td></td><td>{@code read_committed}: records of aborted transactions are not delivered</td></tr>
         * <tr><td>{@code allow.auto.create.topics}</td><td></td><td>{@code false}</td></tr>
         * <tr><td>{@code client.id}</td><td></td><td>{@code outbox-} and the group</td></tr>
         * <tr><td>{@code key.deserializer}, {@code value.deserializer}</td><td>must not be set</td><td></td></tr>
         * </tbody>
         * </table>
         *
         * @param value text, or an object of the property's type
         */
        public Builder property(String name, Object value) {
            Objects.requireNonNull(name, "name");
            properties.put(name, Objects.requireNonNull(value, () -> "value of property " + name));
            return this;
        }

        /**
         * The source, not connected.
         *
         * @throws IllegalArgumentException if a property weakens a guarantee, or lacks, or has a value that Kafka does not know; if there is neither a topic nor a pattern, or
         *     both; or if {@code drainTimeout} is longer than half of {@code max.poll.interval.ms}
         */
        public KafkaSource build() {
            Pattern matching = pattern;
            if ((matching == null) == names.isEmpty()) {
                throw new IllegalArgumentException(
                        "a source reads topics by their names or by a pattern: call topics with one or the other;"
                                + " names " + names + ", pattern " + matching);
            }
            Duration half =
                    ConsumerSettings.of(properties, ANY_GROUP).pollInterval().dividedBy(2);
            if (drainTimeout != null && drainTimeout.compareTo(half) > 0) {
                throw new IllegalArgumentException(
                        "drainTimeout " + drainTimeout + " must be at most half of max.poll.interval.ms, " + half
                                + ": while handlers end, nothing is polled, and the group gives up who does not poll");
            }
            return new KafkaSource(
                    this, matching == null ? new Topics.Named(Set.copyOf(names)) : new Topics.Matching(matching));
        }
    }
}
