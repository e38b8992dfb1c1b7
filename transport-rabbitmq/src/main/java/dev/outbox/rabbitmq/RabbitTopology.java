package dev.outbox.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.outbox.spi.FailureText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeoutException;

/**
 * Exchanges, queues and bindings to be declared, in the order of the calls. Nothing is declared unless {@link #declare} is called; neither a transport nor a source does
 * that.
 *
 * <pre>{@code
 * RabbitTopology.create()
 *         .exchange("orders", BuiltinExchangeType.TOPIC)
 *         .deadLetterQueue("payment.orders.dead")
 *         .orderedQueue("payment.orders", "payment.orders.dead")
 *         .bind("payment.orders", "orders", "#")
 *         .declare("amqp://admin:secret@localhost:5672");
 * }</pre>
 *
 * <p>All are durable. Queues are quorum queues, which keep what they confirmed as long as a majority of their members does, and drop no message when one is delivered
 * too often: it goes to the dead letter queue. Not thread-safe.
 */
public final class RabbitTopology {
    private interface Step {
        void declare(Channel channel) throws IOException;
    }

    private record Named(String name, Step step) {}

    private final List<Named> steps = new ArrayList<>();

    private RabbitTopology() {}

    /** Nothing yet. */
    public static RabbitTopology create() {
        return new RabbitTopology();
    }

    /** A durable exchange. */
    public RabbitTopology exchange(String name, BuiltinExchangeType type) {
        return exchange(name, type.getType());
    }

    /** A durable exchange of any type that the broker knows, such as {@code x-consistent-hash}. */
    public RabbitTopology exchange(String name, String type) {
        Objects.requireNonNull(type, "type");
        return add("exchange '" + name + "'", channel -> channel.exchangeDeclare(name, type, true));
    }

    /** A quorum queue that one consumer at a time reads, which keeps order; what is rejected, expires or is delivered too often goes to {@code deadLetterQueue}. */
    public RabbitTopology orderedQueue(String name, String deadLetterQueue) {
        Map<String, Object> arguments = quorum(deadLetterQueue);
        arguments.put("x-single-active-consumer", true);
        return queue(name, arguments);
    }

    /** A quorum queue that any number of consumers share; what is rejected, expires or is delivered too often goes to {@code deadLetterQueue}. */
    public RabbitTopology sharedQueue(String name, String deadLetterQueue) {
        return queue(name, quorum(deadLetterQueue));
    }

    /** A quorum queue for what other queues give up. */
    public RabbitTopology deadLetterQueue(String name) {
        return queue(name, Map.of("x-queue-type", "quorum"));
    }

    private static Map<String, Object> quorum(String deadLetterQueue) {
        Map<String, Object> arguments = new HashMap<>();
        arguments.put("x-queue-type", "quorum");
        arguments.put("x-dead-letter-exchange", "");
        arguments.put("x-dead-letter-routing-key", Objects.requireNonNull(deadLetterQueue, "deadLetterQueue"));
        // The broker publishes dead letters with confirms of its own only so.
        arguments.put("x-dead-letter-strategy", "at-least-once");
        arguments.put("x-overflow", "reject-publish");
        return arguments;
    }

    /** A durable queue with arguments of the caller's own. */
    public RabbitTopology queue(String name, Map<String, ?> arguments) {
        Map<String, Object> copy = new HashMap<>(arguments);
        return add("queue '" + name + "'", channel -> channel.queueDeclare(name, true, false, false, copy));
    }

    /** What is published to {@code exchange} with a matching routing key goes to {@code queue}. */
    public RabbitTopology bind(String queue, String exchange, String routingKey) {
        return add(
                "binding of queue '" + queue + "' to exchange '" + exchange + "'",
                channel -> channel.queueBind(queue, exchange, routingKey));
    }

    private RabbitTopology add(String name, Step step) {
        steps.add(new Named(name, step));
        return this;
    }

    /**
     * Declares everything, once; what is there in the same form already is left alone.
     *
     * @throws IllegalArgumentException if {@code uri} is no address
     * @throws IllegalStateException if the broker cannot be reached, has something else under one of the names, or refuses; what came before has been declared
     */
    public void declare(String uri) {
        declare(Broker.parse(uri));
    }

    /** As {@link #declare(String)}, with the settings of RabbitMQ's client. */
    public void declare(ConnectionFactory factory) {
        Broker broker = Broker.of(factory, "");
        Connection connection;
        try {
            connection = broker.connect("outbox topology", socket -> {});
        } catch (IOException | TimeoutException e) {
            throw new IllegalStateException(
                    "RabbitMQ at " + broker + ": " + Failures.connecting(e) + " (" + FailureText.of(e) + ")", e);
        }
        try {
            declareIn(connection);
        } finally {
            connection.abort(1_000);
        }
    }

    private void declareIn(Connection connection) {
        for (Named named : steps) {
            try (Channel channel = connection.createChannel()) {
                named.step().declare(channel);
            } catch (IOException | TimeoutException e) {
                throw new IllegalStateException(named.name() + " was not declared: " + advice(e), e);
            }
        }
    }

    private static String advice(Exception failure) {
        return switch (Failures.code(failure)) {
            case AMQP.PRECONDITION_FAILED ->
                "there is another of this name with other properties; delete that one, or declare this as that is ("
                        + FailureText.of(failure) + ")";
            case AMQP.ACCESS_REFUSED -> "grant the user the right to configure it";
            case AMQP.NOT_FOUND -> "what it refers to does not exist";
            case AMQP.COMMAND_INVALID -> "the broker does not know such a thing; exchanges of some types need a plugin";
            default -> FailureText.of(failure);
        };
    }
}
