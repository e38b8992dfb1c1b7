package dev.outbox.rabbitmq;

import com.rabbitmq.client.ConnectionFactory;
import dev.outbox.Message;
import dev.outbox.MessageLimits;
import dev.outbox.spi.DeadLetterSource;
import dev.outbox.spi.Incoming;
import dev.outbox.spi.Sink;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads queues of RabbitMQ.
 *
 * <pre>{@code
 * RabbitSource orders = RabbitSource.from("amqp://shop:secret@localhost:5672").queues("payment.orders").build();
 * Consumer payments = Consumer.of(orders, "payment").handler(this::recordPayment).store(outbox.deliveries()).start();
 * }</pre>
 *
 * <p>Messages are delivered as {@link RabbitTransport} has published them, and those that others wrote as well as they can be told; their destination is the queue,
 * unless {@link Builder#destinations} says otherwise.
 *
 * <p><strong>Order.</strong> A queue keeps the order of a key while one process at a time reads it (G7). So a source begins to read a queue only while it has no other consumer; further
 * processes stand by, look once a second whether they may, and take over when the first is gone. That two do not begin at the same moment the broker sees to on classic queues, which the source
 * reads exclusively, and on queues that were declared with {@code x-single-active-consumer}. Quorum queues know no exclusive consumers: without that argument, two that begin at the same moment both
 * notice before anything is handled, but the broker may put the messages that it gave them back in another order; so declare them with it, as {@link RabbitTopology#orderedQueue} does.
 * For several processes at a time, spread the keys over several queues
 * (by an exchange of the type {@code x-consistent-hash}, or by routing keys of your own) and let processes read different ones; or give order up with
 * {@link Builder#unordered}.
 *
 * <p><strong>Acknowledgement.</strong> A message is acknowledged when it is finished, alone or with all before it, on the channel that delivered it and on no other; what was not
 * acknowledged when a channel, a connection or a process ends is delivered again (G2), as {@linkplain Incoming#redelivered() redelivered}. At most
 * {@link Builder#prefetch} messages of a queue are unacknowledged, so that is also how many a pause holds. Nothing is requeued for a retry: that costs the
 * broker's delivery limit, which drops messages.
 *
 * <p>Nothing ends it but {@link #close}: what stands in its way (no broker, no right, no queue, another consumer) it names in a WARN line, once, and goes on trying. Only an {@link Error}, such as a
 * lack of memory, ends it with an ERROR line, and another process takes its queues over. Thread-safe.
 * Owns one connection and a thread, and the client those of the connection, all daemons. Connects when it is started, so that {@code build} neither waits nor
 * fails because no broker runs.
 */
public final class RabbitSource implements DeadLetterSource {
    private static final Logger LOG = LoggerFactory.getLogger(RabbitSource.class);

    /** What several readers of a queue keep. */
    enum Order {
        BY_KEY,
        NONE
    }

    private enum State {
        NEW,
        RUNNING,
        CLOSED
    }

    private final Broker broker;
    private final ReadOptions options;
    private final AtomicReference<State> state = new AtomicReference<>(State.NEW);
    private final AtomicReference<@Nullable SourceLoop> loop = new AtomicReference<>();

    private RabbitSource(Builder builder) {
        this.broker = Broker.of(builder.factory, builder.addresses);
        this.options = new ReadOptions(
                new ArrayList<>(builder.queues),
                builder.prefetch,
                builder.order,
                ReadOptions.destinations(builder.queues, builder.destinations));
    }

    /**
     * Begins a source at the broker of {@code uri}: {@code amqp://user:password@host:port/virtual-host}, or {@code amqps} for TLS with whom this JVM trusts.
     *
     * @throws IllegalArgumentException if it is no such URI; the text does not repeat it
     */
    public static Builder from(String uri) {
        return new Builder(Broker.parse(uri));
    }

    /** Begins a source with the settings of RabbitMQ's client; see {@link RabbitTransport#with}. */
    public static Builder with(ConnectionFactory factory) {
        return new Builder(factory.clone());
    }

    /**
     * Begins to read.
     *
     * @throws IllegalStateException if it was started or closed before
     */
    @Override
    public void start(Sink sink) {
        if (!state.compareAndSet(State.NEW, State.RUNNING)) {
            throw new IllegalStateException(
                    "a RabbitMQ source is started once, and this one was started or closed before");
        }
        LOG.info(
                "'{}' reads the queues {} of RabbitMQ at {}{}",
                sink.consumer(),
                options.queues(),
                broker,
                options.order() == Order.NONE ? ", without order" : "");
        SourceLoop begun = new SourceLoop(broker, options, sink);
        loop.set(begun);
        begun.start();
    }

    @Override
    public void acknowledge(List<Incoming> finished, Runnable onDurable) {
        Objects.requireNonNull(onDurable, "onDurable");
        running().acknowledge(finished, onDurable);
    }

    @Override
    public void acknowledge(List<Incoming> finished) {
        running().acknowledge(finished, null);
    }

    /**
     * Rejects the message instead of acknowledging it (basic.reject without requeue), so that the broker gives it to the dead letter exchange of its queue, with {@code x-death}. <strong>A queue that has none
     * drops it</strong>, and no client is told which queues have one: declare them with {@link RabbitTopology}, or set a policy.
     */
    @Override
    public void setAside(Incoming incoming, Message deadLetter) {
        running().setAside(incoming);
    }

    @Override
    public void pause() {
        running().pause();
    }

    @Override
    public void resume() {
        running().resume();
    }

    private SourceLoop running() {
        SourceLoop begun = loop.get();
        if (begun == null) {
            throw new IllegalStateException("the RabbitMQ source was not started");
        }
        return begun;
    }

    /** What waits in the queues, as of at most 5 seconds ago, and what was delivered to this process and is not finished. */
    @Override
    public OptionalLong lag() {
        SourceLoop begun = loop.get();
        return begun == null ? OptionalLong.empty() : begun.lag();
    }

    /** Acknowledges what is finished, gives the rest back to the queues, and returns within two seconds. Idempotent. */
    @Override
    public void close() {
        state.set(State.CLOSED);
        SourceLoop begun = loop.get();
        if (begun != null) {
            begun.close();
        }
    }

    /** Collects options. Each method checks its argument. Not thread-safe. */
    public static final class Builder {
        private static final int MOST_PREFETCH = 65_535;
        private static final int MOST_QUEUES = 1_000;

        private final ConnectionFactory factory;
        private final Set<String> queues = new LinkedHashSet<>();
        private String addresses = "";
        private int prefetch = 500;
        private Order order = Order.BY_KEY;
        private Function<String, String> destinations = Function.identity();

        private Builder(ConnectionFactory factory) {
            this.factory = factory;
        }

        /** The nodes of a cluster: {@code host:port} with commas between them, tried in their order, instead of the one of the URI. */
        public Builder addresses(String addresses) {
            this.addresses = Objects.requireNonNull(addresses, "addresses");
            return this;
        }

        /** Connects with TLS, and verifies the broker's certificate and the name in it. */
        public Builder tls(SSLContext trust) {
            Broker.useTls(factory, Objects.requireNonNull(trust, "trust"));
            return this;
        }

        /**
         * The queues to read; required. They have to exist: see {@link RabbitTopology}.
         *
         * @throws IllegalArgumentException if a name is empty or longer than 255 characters
         */
        public Builder queues(String... names) {
            for (String name : names) {
                if (name.isBlank() || name.length() > MessageLimits.MAX_NAME_BYTES) {
                    throw new IllegalArgumentException(
                            "queue '" + name + "' must have 1 to " + MessageLimits.MAX_NAME_BYTES + " characters");
                }
                queues.add(name);
            }
            return this;
        }

        /**
         * How many messages of each queue may be with this process at a time; 500 unless set.
         *
         * @throws IllegalArgumentException if it is not 1 to 65,535
         */
        public Builder prefetch(int messages) {
            if (messages < 1 || messages > MOST_PREFETCH) {
                throw new IllegalArgumentException("prefetch " + messages + " must be 1 to " + MOST_PREFETCH);
            }
            this.prefetch = messages;
            return this;
        }

        /** Shares each queue with any other consumers: whoever is free gets the next message, and messages of one key may be handled in any order and at the same time. */
        public Builder unordered() {
            this.order = Order.NONE;
            return this;
        }

        /** The destination that messages of a queue have, which handlers and dead letters see; the queue's name unless set. Asked by {@link #build}, once for each queue. */
        public Builder destinations(Function<String, String> ofQueue) {
            this.destinations = Objects.requireNonNull(ofQueue, "destinations");
            return this;
        }

        /**
         * The source, not connected.
         *
         * @throws IllegalArgumentException if there is no queue, or more than 1,000, or the destination of one is none
         */
        public RabbitSource build() {
            if (queues.isEmpty() || queues.size() > MOST_QUEUES) {
                throw new IllegalArgumentException(
                        "a source needs 1 to " + MOST_QUEUES + " queues, and this one has " + queues.size());
            }
            return new RabbitSource(this);
        }
    }
}
