package dev.outbox.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.commands.ProtocolCommand;

/** How commands that give entries to this process are called: as they are, or only as long as it holds the stream's lease. */
interface Guard {
    /** Commands as they are: nobody owns the stream. */
    Guard NONE = (link, command, arguments) -> link.call(command, arguments.toArray(String[]::new));

    /**
     * Calls the command.
     *
     * @throws redis.clients.jedis.exceptions.JedisDataException that begins with {@value Lease#NOT_OWNER} if the stream is another's
     */
    @Nullable
    Object call(Link link, ProtocolCommand command, List<String> arguments);

    /** As {@link #call(Link, ProtocolCommand, List)}. */
    default @Nullable Object call(Link link, ProtocolCommand command, String... arguments) {
        return call(link, command, List.of(arguments));
    }

    /** A script as the arguments of EVAL. */
    static byte[][] script(String script, List<String> keys, List<String> arguments) {
        List<String> all = new ArrayList<>(List.of(script, Integer.toString(keys.size())));
        all.addAll(keys);
        all.addAll(arguments);
        return all.stream().map(text -> text.getBytes(UTF_8)).toArray(byte[][]::new);
    }

    /** Runs a script. */
    static @Nullable Object run(Link link, String script, List<String> keys, List<String> arguments) {
        return link.call(Protocol.Command.EVAL, script(script, keys, arguments));
    }
}
