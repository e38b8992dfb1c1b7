package dev.outbox.rabbitmq;

import com.rabbitmq.client.ConnectionFactory;
import dev.outbox.Message;
import dev.outbox.MessageLimits;
import dev.outbox.internal.sending.Keeper;
import dev.outbox.internal.wire.EventAttributes;
import dev.outbox.spi.Outcome;
import dev.outbox.spi.OutcomeListener;
import dev.outbox.spi.Outgoing;
import dev.outbox.spi.Transport;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes messages to RabbitMQ, as CloudEvents 1.0 in binary mode.
 *
 * <pre>{@code
 * RabbitTransport rabbit = RabbitTransport.to("amqp://shop:secret@localhost:5672").build();
 * Relay relay = Relay.from(outbox.store()).to(rabbit).start();
 * }</pre>
 *
 * <p>A destination says where a message goes, unless {@link Builder#routes} says otherwise:
 *
 * <table>
 * <caption>Destinations</caption>
 * <thead><tr><th>destination</th><th>exchange</th><th>routing key</th></tr></thead>
 * <tbody>
 * <tr><td>{@code orders}</td><td>{@code orders}</td><td>the message's type</td></tr>
 * <tr><td>{@code orders/eu.placed}</td><td>{@code orders}</td><td>{@code eu.placed}</td></tr>
 * <tr><td>{@code /invoices}</td><td>the default exchange</td><td>{@code invoices}, the name of a queue</td></tr>
 * </tbody>
 * </table>
 *
 * <p>Messages are persistent, published as mandatory, and confirmed by the broker one by one or many at a time, while others are under way. A message is confirmed when
 * every queue that it was routed to has it: a quorum queue on a majority of its members, a durable classic queue on its disk. A message that no queue is
 * bound for is rejected and so becomes a dead letter, because the broker has dropped it; bind a queue and redrive it.
 *
 * <p>{@link #send} never waits for the broker: what cannot go at once waits apart, for {@link Builder#unavailableAfter}, and then counts as unavailable, which costs no
 * attempt (G8, G10). So does a wrong password, a missing right, a missing exchange, a queue that is full and rejects, and an alarm of the broker's memory or disk;
 * each is named in the error with what to do. Each destination has a channel of its own, because the broker closes a channel when it refuses a message.
 *
 * <p>Thread-safe; may be used by several relays. Connects with the first message, so that {@code build} neither waits nor fails because no broker runs; reconnects by
 * itself. Owns one connection and two threads, and the client those of the connection, all daemons. A process that is killed loses nothing: what was not
 * confirmed is sent again (G4).
 */
public final class RabbitTransport implements Transport {
    private static final Logger LOG = LoggerFactory.getLogger(RabbitTransport.class);
    private static final Duration SLACK = Duration.ofSeconds(15);

    private enum State {
        NEW,
        RUNNING,
        CLOSED
    }

    private final CloudEvents events;
    private final Function<Message, RabbitRoute> routes;
    private final Duration sendTimeout;
    private final Keeper keeper;
    private final Connections connections;
    private final AtomicReference<State> state = new AtomicReference<>(State.NEW);

    private RabbitTransport(Builder builder) {
        this.events = new CloudEvents(builder.source);
        this.routes = builder.routes;
        this.sendTimeout = builder.confirmTimeout.plus(builder.unavailableAfter).plus(SLACK);
        this.keeper = new Keeper("RabbitMQ", builder.unavailableAfter, builder.closeTimeout);
        this.connections =
                new Connections(Broker.of(builder.factory, builder.addresses), builder.confirmTimeout, keeper);
    }

    /**
     * Begins a transport to the broker of {@code uri}: {@code amqp://user:password@host:port/virtual-host}, or {@code amqps} for TLS with whom this JVM trusts.
     *
     * @throws IllegalArgumentException if it is no such URI; the text does not repeat it
     */
    public static Builder to(String uri) {
        return new Builder(Broker.parse(uri));
    }

    /**
     * Begins a transport with the settings of RabbitMQ's client. A copy is used, with the client's own recovery off (this transport reconnects by itself), with bounds
     * for connecting (5 s) and answering (10 s), a heartbeat of 10 s unless it is 1 to 59, and daemons for threads.
     */
    public static Builder with(ConnectionFactory factory) {
        return new Builder(factory.clone());
    }

    @Override
    public void send(List<Outgoing> batch, OutcomeListener outcomes) {
        begin();
        for (Outgoing outgoing : batch) {
            send(outgoing, outcomes);
        }
    }

    private void send(Outgoing outgoing, OutcomeListener outcomes) {
        RabbitRoute route;
        try {
            route = Objects.requireNonNull(routes.apply(outgoing.message()), "the route");
        } catch (IllegalArgumentException e) {
            outcomes.onOutcome(outgoing.token(), new Outcome.Rejected(e));
            return;
        } catch (RuntimeException e) {
            // The caller's function has failed, not RabbitMQ.
            outcomes.onOutcome(outgoing.token(), new Outcome.Failed(e));
            return;
        }
        RabbitSending sending = new RabbitSending(outgoing, route, events.properties(outgoing), outcomes, connections);
        if (!sending.offer()) {
            keeper.receive(sending);
        }
    }

    private void begin() {
        if (state.compareAndSet(State.NEW, State.RUNNING)) {
            LOG.info("Publishing to RabbitMQ at {}", connections);
            keeper.start(connections);
        } else if (state.get() == State.CLOSED) {
            throw new IllegalStateException("the RabbitMQ transport is closed");
        }
    }

    /** {@link Builder#confirmTimeout}, {@link Builder#unavailableAfter} and 15 seconds, in which a connection that does not react is given up. */
    @Override
    public Duration sendTimeout() {
        return sendTimeout;
    }

    /** The usual ones: all headers fit into one frame of AMQP, and every broker takes such a payload unless its {@code max_message_size} was lowered. */
    @Override
    public MessageLimits limits(String destination) {
        return MessageLimits.defaults();
    }

    /**
     * Waits for {@link Builder#closeTimeout} until the broker has confirmed what is under way, then reports the rest as unknown, and returns within a second
     * more (G11). Idempotent.
     */
    @Override
    public void close() {
        State before = state.getAndSet(State.CLOSED);
        if (before == State.RUNNING) {
            keeper.stop();
            LOG.info("Publishing to RabbitMQ at {} ended", connections);
        }
    }

    /** Collects options. Each method checks its argument. Not thread-safe. */
    public static final class Builder {
        private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);
        private static final Duration LONGEST_CONFIRM = Duration.ofMinutes(15);
        private static final Duration SHORTEST_CONFIRM = Duration.ofSeconds(1);

        private final ConnectionFactory factory;
        private String addresses = "";
        private Function<Message, RabbitRoute> routes = RabbitRoute::of;
        private String source = "outbox";
        private Duration unavailableAfter = Duration.ofSeconds(3);
        private Duration confirmTimeout = Duration.ofSeconds(30);
        private Duration closeTimeout = Duration.ofSeconds(2);

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

        /** Finds exchange and routing key of a message, called once for each sending; {@link RabbitRoute#of} unless set. */
        public Builder routes(Function<Message, RabbitRoute> routes) {
            this.routes = Objects.requireNonNull(routes, "routes");
            return this;
        }

        /**
         * The {@code cloudEvents_source} of what is sent: a URI reference that names this application, such as {@code /orders} or {@code https://example.com/orders};
         * {@code outbox} unless set.
         *
         * @throws IllegalArgumentException if it is empty, longer than 255 characters, or no URI reference
         */
        public Builder source(String source) {
            this.source = EventAttributes.requireSource(source);
            return this;
        }

        /**
         * How long a message waits for a connection that takes it before it counts as unavailable; 3 s unless set, at most a minute. Connecting for the first time
         * falls into it.
         */
        public Builder unavailableAfter(Duration patience) {
            this.unavailableAfter = requireWait("unavailableAfter", patience);
            return this;
        }

        /**
         * How long a published message waits for the broker's confirm before it counts as unknown and its channel is given up; 30 s unless set, 1 s to 15 minutes.
         */
        public Builder confirmTimeout(Duration timeout) {
            if (timeout.compareTo(SHORTEST_CONFIRM) < 0 || timeout.compareTo(LONGEST_CONFIRM) > 0) {
                throw new IllegalArgumentException(
                        "confirmTimeout " + timeout + " must be " + SHORTEST_CONFIRM + " to " + LONGEST_CONFIRM);
            }
            this.confirmTimeout = timeout;
            return this;
        }

        /** How long {@link RabbitTransport#close} waits for confirms; 2 s unless set, at most a minute. */
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

        /** The transport, not connected. */
        public RabbitTransport build() {
            return new RabbitTransport(this);
        }
    }
}
