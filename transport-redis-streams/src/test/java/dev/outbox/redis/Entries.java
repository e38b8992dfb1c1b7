package dev.outbox.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.outbox.Message;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;

/** Reads a stream to its end. */
final class Entries {
    private Entries() {}

    static List<Message> messages(Jedis connection, String stream) {
        return messages(connection, stream, stream);
    }

    static List<Message> messages(Jedis connection, String stream, String destination) {
        byte[][] all =
                Stream.of(stream, "-", "+").map(text -> text.getBytes(UTF_8)).toArray(byte[][]::new);
        List<?> entries = (List<?>) Objects.requireNonNull(connection.sendCommand(Protocol.Command.XRANGE, all));
        return entries.stream()
                .map(entry -> (List<?>) entry)
                .map(entry -> ReceivedEntry.message(
                        stream, new String((byte[]) entry.get(0), UTF_8), (List<?>) entry.get(1), destination))
                .toList();
    }
}
