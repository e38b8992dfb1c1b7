package dev.outbox.benchmarks;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.io.IOException;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One channel whose confirms come while the next messages are written, and may stand for many. They are taken to come in order. */
final class RabbitSink implements MinimumSink {
    private static final int PERSISTENT = 2;

    private final Connection connection;
    private final Channel channel;
    private final String queue;
    private final Attributes attributes;
    private long confirmed;
    private long nacked;

    RabbitSink(ConnectionFactory factory, String queue, Attributes attributes) throws IOException, TimeoutException {
        this.connection = factory.newConnection("minimum");
        this.channel = connection.createChannel();
        this.queue = queue;
        this.attributes = attributes;
        channel.confirmSelect();
        channel.addConfirmListener((tag, multiple) -> confirm(tag), (tag, multiple) -> nack(tag));
    }

    private synchronized void confirm(long tag) {
        confirmed = Math.max(confirmed, tag);
        notifyAll();
    }

    private synchronized void nack(long tag) {
        nacked++;
        confirm(tag);
    }

    @Override
    public Sent send(List<MinimumTable.Row> batch) throws IOException {
        for (MinimumTable.Row row : batch) {
            channel.basicPublish("", queue, true, properties(row), row.payload().sharedBytes());
        }
        long last = channel.getNextPublishSeqNo() - 1;
        return () -> await(last);
    }

    private BasicProperties properties(MinimumTable.Row row) {
        BasicProperties.Builder properties = new BasicProperties.Builder()
                .deliveryMode(PERSISTENT)
                .messageId(row.id())
                .type(row.type());
        if (attributes == Attributes.ALL) {
            Map<String, Object> headers = new HashMap<>();
            Attributes.forEach(row, (name, value) -> headers.put("cloudEvents_" + name, value));
            headers.put("cloudEvents_partitionkey", row.key());
            properties
                    .contentType(Attributes.CONTENT_TYPE)
                    .timestamp(Date.from(Attributes.created()))
                    .headers(headers);
        }
        return properties.build();
    }

    private synchronized void await(long tag) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (confirmed < tag && System.nanoTime() - end < 0) {
            wait(1_000);
        }
        if (confirmed < tag || nacked > 0) {
            throw new IllegalStateException("RabbitMQ has not taken " + nacked + " messages, and not confirmed "
                    + Math.max(0, tag - confirmed));
        }
    }

    @Override
    public void close() {
        connection.abort(1_000);
    }
}
