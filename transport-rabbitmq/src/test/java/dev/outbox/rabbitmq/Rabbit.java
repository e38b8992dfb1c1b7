package dev.outbox.rabbitmq;

import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import dev.outbox.Message;
import dev.outbox.testservers.RabbitServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** A plain client of a broker, which a test uses to prepare and to look. */
final class Rabbit implements AutoCloseable {
    private static final AtomicInteger NAMES = new AtomicInteger();
    private static final Map<String, Object> QUORUM = Map.of("x-queue-type", "quorum");

    private final Connection connection;
    private final Channel channel;

    private Rabbit(Connection connection, Channel channel) {
        this.connection = connection;
        this.channel = channel;
    }

    static Rabbit of(RabbitServer server) {
        try {
            Connection connection = settings(server).newConnection("test");
            return new Rabbit(connection, connection.createChannel());
        } catch (IOException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The settings of a client that may do everything. */
    static ConnectionFactory settings(RabbitServer server) {
        return settings(server, server.host(), server.port());
    }

    /** The same, through a proxy. */
    static ConnectionFactory settings(RabbitServer server, String host, int port) {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost(host);
        factory.setPort(port);
        factory.setUsername(server.user());
        factory.setPassword(server.password());
        return factory;
    }

    static String name(String what) {
        return what + "-" + NAMES.incrementAndGet();
    }

    Channel channel() {
        return channel;
    }

    /** A durable queue of the classic type. */
    String queue() {
        return queue(Map.of());
    }

    /** A quorum queue. */
    String quorumQueue() {
        return queue(QUORUM);
    }

    String queue(Map<String, Object> arguments) {
        return queue(name("queue"), arguments);
    }

    String queue(String name, Map<String, Object> arguments) {
        try {
            channel.queueDeclare(name, true, false, false, arguments);
            return name;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A durable exchange. */
    String exchange(BuiltinExchangeType type) {
        String name = name(type.getType());
        try {
            channel.exchangeDeclare(name, type, true);
            return name;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void bind(String queue, String exchange, String routingKey) {
        try {
            channel.queueBind(queue, exchange, routingKey);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Takes everything out of a queue. */
    List<GetResponse> take(String queue) {
        List<GetResponse> taken = new ArrayList<>();
        try {
            for (GetResponse one = channel.basicGet(queue, true); one != null; one = channel.basicGet(queue, true)) {
                taken.add(one);
            }
            return taken;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<Message> messages(String queue, String destination) {
        return take(queue).stream()
                .map(one -> ReceivedDelivery.message(one.getProps(), one.getBody(), destination))
                .toList();
    }

    long count(String queue) {
        try {
            return channel.messageCount(queue);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        connection.abort(2_000);
    }
}
