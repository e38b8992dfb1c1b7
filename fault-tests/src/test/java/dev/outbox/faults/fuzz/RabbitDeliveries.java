package dev.outbox.faults.fuzz;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.impl.AMQContentHeader;
import com.rabbitmq.client.impl.AMQImpl;
import dev.outbox.Message;
import dev.outbox.rabbitmq.RabbitWire;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.SplittableRandom;

/**
 * Deliveries as the client reads them from the bytes of a frame, some of which are damaged: what the client can read is a message, and goes on to another queue as it
 * is.
 */
final class RabbitDeliveries implements Target {
    private static final String QUEUE = "orders";
    private static final int DAMAGED_ONE_IN = 10;

    @Override
    public String name() {
        return "rabbitmq";
    }

    @Override
    public boolean feed(SplittableRandom random) throws IOException {
        byte[] frame = frame(AmqpTables.properties(random));
        boolean damaged = Hostile.once(random, DAMAGED_ONE_IN);
        if (damaged) {
            frame[random.nextInt(frame.length)] = (byte) random.nextInt();
        }
        BasicProperties properties;
        try {
            properties = properties(frame);
        } catch (IOException | RuntimeException unread) {
            Promises.require(damaged, "the client reads what it has written: " + unread);
            return false;
        }
        byte[] body = Hostile.secretBytes(random);
        Message message = RabbitWire.read(properties, body, QUEUE);
        Promises.readable(message, QUEUE);
        BasicProperties sent = RabbitWire.write(Promises.outgoing(message));
        Promises.same(message, RabbitWire.read(properties(frame(sent)), body, QUEUE));
        return true;
    }

    private static byte[] frame(BasicProperties properties) throws IOException {
        return ((AMQContentHeader) properties).toFrame(1, 0).getInputStream().readAllBytes();
    }

    private static BasicProperties properties(byte[] frame) throws IOException {
        return (BasicProperties) AMQImpl.readContentHeaderFrom(new DataInputStream(new ByteArrayInputStream(frame)));
    }
}
