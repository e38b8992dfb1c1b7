package dev.outbox.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import dev.outbox.Message;
import dev.outbox.internal.wire.EventAttributes;
import dev.outbox.spi.Outgoing;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;

/**
 * The properties of messages in RabbitMQ: CloudEvents 1.0 in binary mode, by the specification's binding for AMQP, and beside that the properties which AMQP itself
 * has for the same. {@link ReceivedDelivery} is the way back.
 *
 * <table>
 * <caption>The parts of a message in a delivery</caption>
 * <thead><tr><th>message</th><th>delivery</th></tr></thead>
 * <tbody>
 * <tr><td>payload</td><td>body</td></tr>
 * <tr><td>id, type, time of publishing, correlation and causation id</td><td>headers {@code cloudEvents_} and the names of {@link EventAttributes}; also the
 *     properties message-id, type, timestamp (in seconds) and correlation-id</td></tr>
 * <tr><td>key</td><td>header {@code cloudEvents_partitionkey}</td></tr>
 * <tr><td>content type</td><td>property content-type</td></tr>
 * <tr><td>headers</td><td>headers of the same name; {@code traceparent} and {@code tracestate} also as {@code cloudEvents_traceparent},
 *     {@code cloudEvents_tracestate}</td></tr>
 * <tr><td>(the transport)</td><td>headers {@code cloudEvents_source}, {@code cloudEvents_specversion}; delivery mode 2 (persistent)</td></tr>
 * </tbody>
 * </table>
 */
final class CloudEvents {
    static final String PREFIX = "cloudEvents_";

    /** The other prefix that the binding allows. */
    static final String COLON_PREFIX = "cloudEvents:";

    private static final int PERSISTENT = 2;

    private final EventAttributes attributes;

    /** Names {@code source} as where messages come from. */
    CloudEvents(String source) {
        this.attributes = new EventAttributes(source);
    }

    BasicProperties properties(Outgoing outgoing) {
        Message message = outgoing.message();
        Map<String, Object> headers = new HashMap<>(message.headers().asMap());
        attributes.forEach(outgoing, (name, value) -> headers.put(PREFIX + name, value));
        message.key().ifPresent(key -> headers.put(PREFIX + EventAttributes.KEY, key));
        return new BasicProperties.Builder()
                .contentType(message.contentType())
                .deliveryMode(PERSISTENT)
                .messageId(message.id())
                .type(message.type())
                .timestamp(Date.from(outgoing.createdAt()))
                .correlationId(message.correlationId().orElse(null))
                .headers(headers)
                .build();
    }
}
