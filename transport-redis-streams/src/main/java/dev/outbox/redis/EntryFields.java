package dev.outbox.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.outbox.Message;
import dev.outbox.internal.wire.EventAttributes;
import dev.outbox.spi.Outgoing;
import java.util.ArrayList;
import java.util.List;

/**
 * Messages as the fields of a stream's entry: CloudEvents 1.0, an attribute a field. {@link ReceivedEntry} is the way back.
 *
 * <table>
 * <caption>The parts of a message in an entry, in the order of the fields</caption>
 * <thead><tr><th>message</th><th>field</th></tr></thead>
 * <tbody>
 * <tr><td>headers</td><td>fields of the same name</td></tr>
 * <tr><td>id, type, time of publishing, correlation and causation id</td><td>{@code ce_} and the names of {@link EventAttributes}</td></tr>
 * <tr><td>key</td><td>{@code ce_partitionkey}; none without a key</td></tr>
 * <tr><td>content type</td><td>{@code content-type}</td></tr>
 * <tr><td>payload</td><td>{@code data}</td></tr>
 * </tbody>
 * </table>
 *
 * <p>An application's header may have the name of a field that comes later: the last field of a name is the one that counts.
 */
final class EntryFields {
    static final String PREFIX = "ce_";
    static final String DATA = "data";

    private static final byte[] DATA_NAME = DATA.getBytes(UTF_8);

    private final EventAttributes attributes;

    /** Names {@code source} as where messages come from. */
    EntryFields(String source) {
        this.attributes = new EventAttributes(source);
    }

    /** Adds names and values to {@code arguments}. */
    void addTo(List<byte[]> arguments, Outgoing outgoing) {
        Message message = outgoing.message();
        message.headers().asMap().forEach((name, value) -> add(arguments, name, value));
        attributes.forEach(outgoing, (name, value) -> add(arguments, PREFIX + name, value));
        message.key().ifPresent(key -> add(arguments, PREFIX + EventAttributes.KEY, key));
        add(arguments, EventAttributes.CONTENT_TYPE, message.contentType());
        arguments.add(DATA_NAME);
        arguments.add(message.payload().sharedBytes());
    }

    private static void add(List<byte[]> arguments, String name, String value) {
        arguments.add(name.getBytes(UTF_8));
        arguments.add(value.getBytes(UTF_8));
    }

    /** The fields alone. */
    List<byte[]> of(Outgoing outgoing) {
        List<byte[]> fields = new ArrayList<>();
        addTo(fields, outgoing);
        return fields;
    }
}
