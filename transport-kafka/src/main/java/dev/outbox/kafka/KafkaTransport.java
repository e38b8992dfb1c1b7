package dev.outbox.kafka;

import dev.outbox.MessageLimits;
import dev.outbox.internal.sending.Keeper;
import dev.outbox.internal.wire.EventAttributes;
import dev.outbox.spi.Outcome;
import dev.outbox.spi.OutcomeListener;
import dev.outbox.spi.Outgoing;
import dev.outbox.spi.Transport;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes messages to Kafka, as CloudEvents 1.0 in binary mode.
 *
 * <pre>{@code
 * KafkaTransport kafka = KafkaTransport.to("localhost:9092").build();
 * Relay relay = Relay.from(outbox.store()).to(kafka).start();
 * }</pre>
 *
 * <p>A destination is a topic, unless {@link Builder#topics} says otherwise. The message's key is the record's key, so that messages of one key go to one
 * partition; adding partitions to a topic moves keys to others, and order does not hold across that. The producer waits for all replicas in sync and is
 * idempotent: its own repetitions make no duplicates. A message is confirmed when the topic's {@code min.insync.replicas} have it. Three replicas of which two
 * must have it are what survives the loss of a broker; the transport looks at each topic that it uses and warns of less.
 *
 * <p>{@link #send} never waits, neither for a broker nor for a topic: what cannot go at once waits apart, for {@link Builder#unavailableAfter}, and then
 * counts as unavailable, which costs no attempt (G8, G10). So does a wrong password, a missing right, or a missing topic; each is named in the error with what
 * to do. Nothing but a message that Kafka will never take, being too large, say, is rejected.
 *
 * <p>Thread-safe; may be used by several relays. Connects with the first message, so that {@code build} neither waits nor fails because no broker runs. Owns a
 * thread of its own and the Kafka producer with its thread, all daemons. A process that is killed loses nothing: what was not confirmed is sent again (G4).
 */
public final class KafkaTransport implements Transport {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaTransport.class);
    private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9._-]{1,249}");
    private static final int MAX_REMEMBERED = 10_000;
    private static final Duration SLACK = Duration.ofSeconds(5);

    private enum State {
        NEW,
        RUNNING,
        CLOSED
    }

    private final ProducerSettings settings;
    private final CloudEvents events;
    private final Function<String, String> mapping;
    private final MessageLimits limits;
    private final Duration sendTimeout;
    private final Keeper keeper;
    private final Producing producing;
    private final Map<String, String> topics = new ConcurrentHashMap<>();
    private final AtomicReference<State> state = new AtomicReference<>(State.NEW);

    private KafkaTransport(Builder builder) {
        this.settings = ProducerSettings.of(builder.properties);
        this.events = new CloudEvents(builder.source);
        this.mapping = builder.topics;
        this.limits = settings.limits();
        this.sendTimeout =
                settings.deliveryTimeout().plus(builder.unavailableAfter).plus(SLACK);
        this.keeper = new Keeper("Kafka", builder.unavailableAfter, builder.closeTimeout);
        this.producing = new Producing(settings, keeper);
    }

    /** Begins a transport to the cluster of {@code bootstrapServers}: one or more {@code host:port}, with commas between them. */
    public static Builder to(String bootstrapServers) {
        return new Builder().property("bootstrap.servers", bootstrapServers);
    }

    /** Begins a transport with the properties of a Kafka producer; see {@link Builder#property}. */
    public static Builder with(Map<String, ?> properties) {
        Builder builder = new Builder();
        properties.forEach(builder::property);
        return builder;
    }

    @Override
    public void send(List<Outgoing> batch, OutcomeListener outcomes) {
        begin();
        for (Outgoing outgoing : batch) {
            send(outgoing, outcomes);
        }
    }

    private void send(Outgoing outgoing, OutcomeListener outcomes) {
        String destination = outgoing.message().destination();
        String topic;
        try {
            topic = topic(destination);
        } catch (IllegalArgumentException e) {
            InvalidTopicException invalid = new InvalidTopicException(e.getMessage(), e);
            outcomes.onOutcome(outgoing.token(), Failures.refused(destination, invalid));
            return;
        } catch (RuntimeException e) {
            // The caller's function has failed, not Kafka.
            outcomes.onOutcome(outgoing.token(), new Outcome.Failed(e));
            return;
        }
        RecordSending sending =
                new RecordSending(outgoing.token(), events.record(outgoing, topic), outcomes, producing.connection());
        if (!sending.offer()) {
            keeper.receive(sending);
        }
    }

    /**
     * A source of what this transport publishes to these destinations, with its properties as far as they say how to connect, and otherwise what {@link KafkaSource.Builder}
     * has by default. It has a life of its own, and belongs to the consumer that it is given to.
     *
     * @throws IllegalArgumentException if there is none, or a destination leads to a name that no topic can have
     */
    public KafkaSource source(String... destinations) {
        Map<String, String> destinationOf = new HashMap<>();
        for (String destination : destinations) {
            destinationOf.put(checkedTopic(destination), destination);
        }
        return KafkaSource.with(settings.connection())
                .topics(destinationOf.keySet().toArray(String[]::new))
                .destinations(topic -> destinationOf.getOrDefault(topic, topic))
                .build();
    }

    private void begin() {
        if (state.compareAndSet(State.NEW, State.RUNNING)) {
            LOG.info("Publishing to Kafka at {}", settings.servers());
            keeper.start(producing);
        } else if (state.get() == State.CLOSED) {
            throw new IllegalStateException("the Kafka transport is closed");
        }
    }

    /** The topic of {@code destination}, by the caller's function and from then on by memory. */
    private String topic(String destination) {
        String known = topics.get(destination);
        if (known != null) {
            return known;
        }
        String topic = checkedTopic(destination);
        if (topics.size() < MAX_REMEMBERED && topics.putIfAbsent(destination, topic) == null) {
            producing.topics().add(topic);
        }
        return topic;
    }

    private String checkedTopic(String destination) {
        String topic = Objects.requireNonNull(
                mapping.apply(destination), () -> "the topic of destination '" + destination + "'");
        if (!TOPIC.matcher(topic).matches() || topic.equals(".") || topic.equals("..")) {
            throw new IllegalArgumentException("destination '" + destination + "' leads to the topic '" + topic
                    + "', but the name of a topic is 1 to 249 characters of A-Z a-z 0-9 . _ - and neither . nor .."
                    + "; map it to another one with KafkaTransport's topics");
        }
        return topic;
    }

    /** {@code delivery.timeout.ms}, {@link Builder#unavailableAfter} and 5 seconds: after that the producer has answered. */
    @Override
    public Duration sendTimeout() {
        return sendTimeout;
    }

    /**
     * The payload that fits into {@code max.request.size} beside the headers. Give this method to the outbox's options, and what is too large, or has no
     * topic, is refused when it is published.
     *
     * @throws IllegalArgumentException if {@code destination} leads to a name that no topic can have
     */
    @Override
    public MessageLimits limits(String destination) {
        checkedTopic(destination);
        return limits;
    }

    /** What was found about the topics that were used so far; the transport logs it by itself as soon as it is known. No I/O. */
    @Override
    public List<String> durabilityWarnings() {
        return producing.topics().warnings();
    }

    /**
     * Waits for {@link Builder#closeTimeout} until the brokers have confirmed what is under way, then reports the rest as unknown, and returns within a second
     * more (G11). Idempotent.
     */
    @Override
    public void close() {
        State before = state.getAndSet(State.CLOSED);
        if (before == State.RUNNING) {
            keeper.stop();
            LOG.info("Publishing to Kafka at {} ended", settings.servers());
        }
    }

    /** Collects properties and options. Each method checks its argument, {@link #build} how they go together. Not thread-safe. */
    public static final class Builder {
        private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

        private final Map<String, Object> properties = new HashMap<>();
        private Function<String, String> topics = Function.identity();
        private String source = "outbox";
        private Duration unavailableAfter = Duration.ofSeconds(3);
        private Duration closeTimeout = Duration.ofSeconds(2);

        private Builder() {}

        /**
         * Sets a property of the Kafka producer. All are passed on, for TLS, SASL, compression and so on, except those on which a guarantee rests:
         *
         * <table>
         * <caption>Properties that are checked when the transport is built</caption>
         * <thead><tr><th>property</th><th>must be</th><th>default here</th></tr></thead>
         * <tbody>
         * <tr><td>{@code acks}</td><td>{@code all}</td><td>{@code all}</td></tr>
         * <tr><td>{@code enable.idempotence}</td><td>{@code true}</td><td>{@code true}</td></tr>
         * <tr><td>{@code max.in.flight.requests.per.connection}</td><td>1 to 5</td><td>Kafka's, 5</td></tr>
         * <tr><td>{@code retries}</td><td>at least 1</td><td>Kafka's, unlimited</td></tr>
         * <tr><td>{@code delivery.timeout.ms}</td><td>1,000 to 900,000, at least {@code linger.ms} and {@code request.timeout.ms} together</td>
         *     <td>60,000</td></tr>
         * <tr><td>{@code request.timeout.ms}</td><td></td><td>15,000, and at most a third of {@code delivery.timeout.ms}</td></tr>
         * <tr><td>{@code linger.ms}</td><td></td><td>0: messages in flight make batches by themselves</td></tr>
         * <tr><td>{@code buffer.memory}</td><td></td><td>64 MiB: twice what a relay holds in memory</td></tr>
         * <tr><td>{@code client.id}</td><td></td><td>{@code outbox}</td></tr>
         * <tr><td>{@code partitioner.ignore.keys}, {@code partitioner.class}</td><td>must keep a key in one partition</td><td>Kafka's</td></tr>
         * <tr><td>{@code key.serializer}, {@code value.serializer}, {@code transactional.id}, {@code max.block.ms}</td><td>must not be set</td><td></td></tr>
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

        /** Finds the topic of a destination, called once for each of the first 10,000; the destination's own name unless set. */
        public Builder topics(Function<String, String> topics) {
            this.topics = Objects.requireNonNull(topics, "topics");
            return this;
        }

        /**
         * The {@code ce_source} of what is sent: a URI reference that names this application, such as {@code /orders} or {@code https://example.com/orders};
         * {@code outbox} unless set.
         *
         * @throws IllegalArgumentException if it is empty, longer than 255 characters, or no URI reference
         */
        public Builder source(String source) {
            this.source = EventAttributes.requireSource(source);
            return this;
        }

        /**
         * How long a message waits for a producer that knows its topic before it counts as unavailable; 3 s unless set, at most a minute. Connecting for the
         * first time falls into it.
         */
        public Builder unavailableAfter(Duration patience) {
            this.unavailableAfter = requireWait("unavailableAfter", patience);
            return this;
        }

        /** How long {@link KafkaTransport#close} waits for confirmations; 2 s unless set, at most a minute. */
        public Builder closeTimeout(Duration timeout) {
            this.closeTimeout = requireWait("closeTimeout", timeout);
            return this;
        }

        private static Duration requireWait(String what, Duration wait) {
            if (wait.isNegative() || wait.compareTo(LONGEST_WAIT) > 0) {
                throw new IllegalArgumentException(what + " " + wait + " must be from nothing to " + LONGEST_WAIT);
            }
            return wait;
        }

        /**
         * The transport, not connected.
         *
         * @throws IllegalArgumentException if a property weakens a guarantee, lacks or has a value that Kafka does not know
         */
        public KafkaTransport build() {
            return new KafkaTransport(this);
        }
    }
}
