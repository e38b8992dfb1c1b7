package dev.outbox.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import dev.outbox.Message;
import dev.outbox.spi.Outgoing;

/** The mapping of the transport to RabbitMQ, opened for tests that feed it. */
public final class RabbitWire {
    private static final CloudEvents EVENTS = new CloudEvents("/fuzz");

    private RabbitWire() {}

    /** The message in a delivery. */
    public static Message read(BasicProperties properties, byte[] body, String destination) {
        return ReceivedDelivery.message(properties, body, destination);
    }

    /** The properties of a message. */
    public static BasicProperties write(Outgoing outgoing) {
        return EVENTS.properties(outgoing);
    }
}
