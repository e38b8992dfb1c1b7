package dev.outbox.kafka;

import dev.outbox.Message;
import dev.outbox.Payload;
import dev.outbox.internal.wire.EventAttributes;
import dev.outbox.internal.wire.ReceivedEvent;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Kafka records as messages, whoever wrote them: what {@link CloudEvents} wrote comes back as it was, and for every other record there is a message too, as
 * {@link ReceivedEvent} says. Never fails.
 *
 * <ul>
 *   <li>The id of a record without one is {@code topic/partition/offset/timestamp}.
 *   <li>A value that is null (a tombstone) is no bytes, and the header {@code kafka.tombstone} is {@code true}.
 *   <li>A header without a value is left out.
 * </ul>
 */
final class ReceivedRecord {
    private static final String SOURCE = CloudEvents.PREFIX + EventAttributes.SOURCE;
    private static final String VERSION = CloudEvents.PREFIX + EventAttributes.VERSION;
    private static final String TIME = CloudEvents.PREFIX + EventAttributes.TIME;
    private static final String TOMBSTONE = "kafka.tombstone";

    private ReceivedRecord() {}

    /** The message in {@code received}, whose topic is that of {@code destination}. */
    static Message message(ConsumerRecord<byte[], byte[]> received, String destination) {
        ReceivedEvent event = new ReceivedEvent("kafka", destination);
        event.key(received.key());
        for (Header header : received.headers()) {
            byte @Nullable [] value = header.value();
            if (value != null && !isAboutSending(header.key())) {
                sort(event, header.key(), ReceivedEvent.text(value));
            }
        }
        byte @Nullable [] value = received.value();
        if (value == null) {
            event.header(TOMBSTONE, "true");
        }
        return event.message(() -> coordinates(received), value == null ? Payload.empty() : Payload.wrap(value));
    }

    private static String coordinates(ConsumerRecord<byte[], byte[]> received) {
        return received.topic() + "/" + received.partition() + "/" + received.offset() + "/" + received.timestamp();
    }

    /** Not part of a message, and in each of them: not worth decoding. */
    private static boolean isAboutSending(String header) {
        return header.equals(SOURCE) || header.equals(VERSION) || header.equals(TIME);
    }

    private static void sort(ReceivedEvent event, String name, String text) {
        if (name.equals(EventAttributes.CONTENT_TYPE)) {
            event.contentType(text);
        } else if (name.startsWith(CloudEvents.PREFIX)) {
            event.attribute(name.substring(CloudEvents.PREFIX.length()), text);
        } else {
            event.header(name, text);
        }
    }
}
