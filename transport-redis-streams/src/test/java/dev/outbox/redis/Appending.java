package dev.outbox.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.outbox.Message;
import dev.outbox.spi.Outgoing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;

/** Adds messages to a stream, in order. */
final class Appending {
    private Appending() {}

    static void append(Jedis connection, String stream, Message message) {
        List<byte[]> arguments = new ArrayList<>(List.of(stream.getBytes(UTF_8), "*".getBytes(UTF_8)));
        new EntryFields("test").addTo(arguments, new Outgoing(1, message, Instant.EPOCH, 1));
        connection.sendCommand(Protocol.Command.XADD, arguments.toArray(byte[][]::new));
    }

    /** Adds the messages {@code from} to {@code to}, whose texts are their numbers. */
    static void append(Jedis connection, String stream, int from, int to) {
        for (int i = from; i <= to; i++) {
            append(connection, stream, Message.to(stream).key("k").text(Integer.toString(i)));
        }
    }
}
