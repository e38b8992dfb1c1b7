package dev.outbox.benchmarks;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.outbox.rabbitmq.RabbitRoute;
import dev.outbox.rabbitmq.RabbitTransport;
import dev.outbox.spi.Transport;
import dev.outbox.testservers.RabbitServer;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/** A quorum queue on one node, behind the default exchange; messages are persistent. */
final class RabbitDestination implements Destination {
    private static final String QUEUE = "orders";

    private final RabbitServer server = RabbitServer.start();
    private final ConnectionFactory factory = factory(server);
    private final Connection connection;
    private final Channel channel;
    private final RabbitSink sink;
    private final RabbitSink fullSink;
    private final RabbitTransport transport;

    RabbitDestination() {
        try {
            this.connection = factory.newConnection("benchmark");
            this.channel = connection.createChannel();
            declare();
            this.sink = new RabbitSink(factory, QUEUE, Attributes.FEW);
            this.fullSink = new RabbitSink(factory, QUEUE, Attributes.ALL);
        } catch (IOException | TimeoutException e) {
            throw new IllegalStateException("RabbitMQ does not answer", e);
        }
        this.transport = RabbitTransport.with(factory)
                .routes(message -> new RabbitRoute("", QUEUE))
                .build();
    }

    private static ConnectionFactory factory(RabbitServer server) {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost(server.host());
        factory.setPort(server.port());
        factory.setUsername(server.user());
        factory.setPassword(server.password());
        return factory;
    }

    private void declare() throws IOException {
        channel.queueDeclare(QUEUE, true, false, false, Map.of("x-queue-type", "quorum"));
    }

    @Override
    public Transport transport() {
        return transport;
    }

    @Override
    public MinimumSink sink() {
        return sink;
    }

    @Override
    public MinimumSink fullSink() {
        return fullSink;
    }

    @Override
    public void empty() {
        try {
            channel.queueDelete(QUEUE);
            declare();
        } catch (IOException e) {
            throw new IllegalStateException("cannot empty the queue", e);
        }
    }

    @Override
    public long arrived() {
        try {
            return channel.messageCount(QUEUE);
        } catch (IOException e) {
            throw new IllegalStateException("cannot count", e);
        }
    }

    @Override
    public void close() {
        transport.close();
        sink.close();
        fullSink.close();
        connection.abort(1_000);
        server.close();
    }
}
