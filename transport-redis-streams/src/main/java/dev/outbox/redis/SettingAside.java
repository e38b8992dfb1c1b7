package dev.outbox.redis;

import dev.outbox.Message;
import dev.outbox.spi.Outgoing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * An XADD to the stream of dead letters and the XACK of the entry, both or neither. As a script, which MULTI would do as well but for one thing: it adds nothing if the entry is no
 * longer pending with this process. So it may be repeated when nobody knows what became of it, and leaves no dead letter twice.
 */
final class SettingAside extends Request {
    // First the XADD: if that is refused, for want of memory say, the script ends and the entry stays pending.
    private static final String SCRIPT = """
            if #redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[3], ARGV[3], 1, ARGV[2]) == 0 then return 0 end
            redis.call('XADD', KEYS[2], '*', unpack(ARGV, 4))
            return redis.call('XACK', KEYS[1], ARGV[1], ARGV[3])
            """;

    private final Runnable onDone;
    private final Consumer<Throwable> onFailure;

    SettingAside(
            Group group,
            String id,
            Message deadLetter,
            long sinceNanos,
            Runnable onDone,
            Consumer<Throwable> onFailure) {
        super(group.stream(), Protocol.Command.EVAL, arguments(group, id, deadLetter), sinceNanos);
        this.onDone = onDone;
        this.onFailure = onFailure;
    }

    private static byte[][] arguments(Group group, String id, Message deadLetter) {
        List<byte[]> arguments = new ArrayList<>(List.of(Guard.script(
                SCRIPT, List.of(group.stream(), group.deadLetters()), List.of(group.name(), group.consumer(), id))));
        new EntryFields("outbox").addTo(arguments, new Outgoing(0, deadLetter, time(id), 1));
        return arguments.toArray(byte[][]::new);
    }

    /** When Redis took the entry: its id begins with the milliseconds. */
    private static Instant time(String id) {
        return ReceivedEntry.appendedAt(id).orElse(Instant.EPOCH);
    }

    @Override
    void onReply(@Nullable Object reply) {
        onDone.run();
    }

    @Override
    void onError(JedisDataException error) {
        onFailure.accept(error);
    }

    @Override
    void onNotSent(Throwable why) {
        onFailure.accept(why);
    }

    @Override
    void onLost(Throwable why) {
        onFailure.accept(why);
    }
}
