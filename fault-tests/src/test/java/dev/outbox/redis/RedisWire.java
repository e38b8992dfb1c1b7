package dev.outbox.redis;

import dev.outbox.Message;
import dev.outbox.spi.Outgoing;
import java.util.List;

/** The mapping of the transport to Redis, opened for tests that feed it. */
public final class RedisWire {
    private static final EntryFields FIELDS = new EntryFields("/fuzz");

    private RedisWire() {}

    /** The messages in a server's reply to XRANGE. */
    public static List<Message> read(Object reply, String stream, String destination) {
        return Entry.of(reply).stream()
                .map(entry -> read(entry, stream, destination))
                .toList();
    }

    private static Message read(Entry entry, String stream, String destination) {
        ReceivedEntry.appendedAt(entry.id());
        return ReceivedEntry.message(stream, entry.id(), entry.fields(), destination);
    }

    /** The fields of a message. */
    public static List<byte[]> write(Outgoing outgoing) {
        return FIELDS.of(outgoing);
    }
}
