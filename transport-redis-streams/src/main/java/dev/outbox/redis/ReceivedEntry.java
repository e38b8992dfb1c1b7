package dev.outbox.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.outbox.Message;
import dev.outbox.Payload;
import dev.outbox.internal.wire.EventAttributes;
import dev.outbox.internal.wire.ReceivedEvent;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Entries of streams as messages, whoever wrote them: what {@link EntryFields} wrote comes back as it was, and for every other entry there is a message too, as
 * {@link ReceivedEvent} says. Never fails.
 *
 * <ul>
 *   <li>The id of an entry without one is {@code stream/entry}.
 *   <li>The payload of an entry without a field {@code data} is empty; its fields are headers.
 * </ul>
 */
final class ReceivedEntry {
    /** The year 2000: Redis was not there yet. */
    private static final long FIRST_TIME_MILLIS = 946_684_800_000L;

    private ReceivedEntry() {}

    /**
     * The message in an entry.
     *
     * @param entry the entry's id
     * @param fields names and values in turn
     */
    static Message message(String stream, String entry, List<?> fields, String destination) {
        ReceivedEvent event = new ReceivedEvent("redis", destination);
        byte @Nullable [] data = null;
        for (int i = 0; i + 1 < fields.size(); i += 2) {
            String name = fields.get(i) instanceof byte[] bytes ? new String(bytes, UTF_8) : "";
            byte[] value = fields.get(i + 1) instanceof byte[] bytes ? bytes : new byte[0];
            if (name.equals(EntryFields.DATA)) {
                if (data != null) {
                    event.header(name, ReceivedEvent.text(data));
                }
                data = value;
            } else {
                sort(event, name, value);
            }
        }
        return event.message(stream + "/" + entry, data == null ? Payload.empty() : Payload.wrap(data));
    }

    private static void sort(ReceivedEvent event, String name, byte[] value) {
        if (name.equals(EventAttributes.CONTENT_TYPE)) {
            event.contentType(ReceivedEvent.text(value));
        } else if (name.equals(EntryFields.PREFIX + EventAttributes.KEY)) {
            event.key(value);
        } else if (name.startsWith(EntryFields.PREFIX)) {
            event.attribute(name.substring(EntryFields.PREFIX.length()), ReceivedEvent.text(value));
        } else {
            event.header(name, ReceivedEvent.text(value));
        }
    }

    /** When the server took the entry; empty if its id is not a time, because somebody chose it. */
    static Optional<Instant> appendedAt(String entry) {
        int dash = entry.indexOf('-');
        try {
            long millis = Long.parseLong(dash < 0 ? entry : entry.substring(0, dash));
            return millis < FIRST_TIME_MILLIS ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
        } catch (NumberFormatException beyondAnyTime) {
            return Optional.empty();
        }
    }
}
