package dev.outbox.rabbitmq;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.LongString;
import dev.outbox.Message;
import dev.outbox.Payload;
import dev.outbox.internal.wire.EventAttributes;
import dev.outbox.internal.wire.ReceivedEvent;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Deliveries of RabbitMQ as messages, whoever sent them: what {@link CloudEvents} wrote comes back as it was, and for every other delivery there is a message too,
 * as {@link ReceivedEvent} says. Never fails.
 *
 * <ul>
 *   <li>A delivery without {@code cloudEvents_id} has its property message-id for an id, and without that a random one, which is another each time it is delivered: a
 *       queue has no coordinates.
 *   <li>The properties type and correlation-id stand in likewise; reply-to, app-id and expiration are headers {@code rabbitmq.reply-to} and so on.
 *   <li>A header that is no text, such as {@code x-death}, is its text form.
 * </ul>
 */
final class ReceivedDelivery {
    private ReceivedDelivery() {}

    /** The message in a delivery from {@code destination}. */
    static Message message(BasicProperties properties, byte[] body, String destination) {
        ReceivedEvent event = new ReceivedEvent("rabbitmq", destination);
        property(event, EventAttributes.ID, properties.getMessageId());
        property(event, EventAttributes.TYPE, properties.getType());
        property(event, EventAttributes.CORRELATION, properties.getCorrelationId());
        header(event, "rabbitmq.reply-to", properties.getReplyTo());
        header(event, "rabbitmq.app-id", properties.getAppId());
        header(event, "rabbitmq.expiration", properties.getExpiration());
        @Nullable Map<String, @Nullable Object> headers = properties.getHeaders();
        if (headers != null) {
            headers.forEach((name, value) -> {
                if (value != null) {
                    sort(event, name, value);
                }
            });
        }
        @Nullable String contentType = properties.getContentType();
        if (contentType != null) {
            event.contentType(ReceivedEvent.text(contentType.getBytes(UTF_8)));
        }
        return event.message(UUID.randomUUID().toString(), Payload.wrap(body));
    }

    private static void sort(ReceivedEvent event, String name, Object value) {
        if (name.startsWith(CloudEvents.PREFIX) || name.startsWith(CloudEvents.COLON_PREFIX)) {
            String attribute = name.substring(CloudEvents.PREFIX.length());
            if (attribute.equals(EventAttributes.KEY)) {
                event.key(bytes(value));
            } else {
                event.attribute(attribute, ReceivedEvent.text(bytes(value)));
            }
        } else {
            event.header(name, ReceivedEvent.text(bytes(value)));
        }
    }

    private static void property(ReceivedEvent event, String attribute, @Nullable String value) {
        if (value != null) {
            event.attribute(attribute, ReceivedEvent.text(value.getBytes(UTF_8)));
        }
    }

    private static void header(ReceivedEvent event, String name, @Nullable String value) {
        if (value != null) {
            event.header(name, ReceivedEvent.text(value.getBytes(UTF_8)));
        }
    }

    /** AMQP gives text as {@link LongString}, and the text form of its tables and lists holds the text of theirs. */
    private static byte[] bytes(Object value) {
        if (value instanceof LongString text) {
            return text.getBytes();
        }
        return value instanceof byte[] raw ? raw : value.toString().getBytes(UTF_8);
    }
}
