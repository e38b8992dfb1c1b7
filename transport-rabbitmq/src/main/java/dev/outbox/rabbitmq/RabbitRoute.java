package dev.outbox.rabbitmq;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.outbox.Message;

/**
 * Where a message is published: an exchange and a routing key.
 *
 * @param exchange the exchange; empty is the default exchange, whose routing keys are the names of queues
 * @param routingKey the routing key, which may be empty
 */
public record RabbitRoute(String exchange, String routingKey) {
    private static final int MAX_BYTES = 255;

    /** @throws IllegalArgumentException if one of them is longer than 255 bytes, or both are empty */
    public RabbitRoute {
        if (exchange.getBytes(UTF_8).length > MAX_BYTES || routingKey.getBytes(UTF_8).length > MAX_BYTES) {
            throw new IllegalArgumentException("exchange '" + exchange + "' and routing key '" + routingKey
                    + "' must have at most " + MAX_BYTES + " bytes each");
        }
        if (exchange.isEmpty() && routingKey.isEmpty()) {
            throw new IllegalArgumentException("the default exchange needs the name of a queue for a routing key");
        }
    }

    /**
     * The usual route: {@code exchange/routing-key}, {@code exchange} with the message's type for a routing key, or {@code /queue}. The first slash counts.
     *
     * @throws IllegalArgumentException if the destination is a slash alone
     */
    public static RabbitRoute of(Message message) {
        String destination = message.destination();
        int slash = destination.indexOf('/');
        return slash < 0
                ? new RabbitRoute(destination, message.type())
                : new RabbitRoute(destination.substring(0, slash), destination.substring(slash + 1));
    }

    @Override
    public String toString() {
        return exchange.isEmpty()
                ? "queue '" + routingKey + "'"
                : "exchange '" + exchange + "' with routing key '" + routingKey + "'";
    }
}
