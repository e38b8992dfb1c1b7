package dev.outbox.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.commands.ProtocolCommand;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * The right to read a stream for a group: a key beside the stream, in the same slot of a cluster, that holds the owner's name and expires.
 *
 * <p>Redis does a guarded command and looks at the key in one step, so that a process that was stopped for longer than its lease reads nothing more when it goes on, whatever
 * the clocks say. Each such command prolongs the lease.
 */
final class Lease implements Guard {
    static final String NOT_OWNER = "NOTOWNER";

    private static final String GUARDED = """
            if redis.call('GET', KEYS[1]) ~= ARGV[1] then return redis.error_reply('NOTOWNER the stream has another owner') end
            redis.call('PEXPIRE', KEYS[1], ARGV[2])
            return redis.pcall(unpack(ARGV, 3))
            """;
    private static final String RELEASE = """
            if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
            return 0
            """;

    private final String key;
    private final String stream;
    private final String owner;
    private final String millis;

    Lease(String stream, String group, String owner, Duration length) {
        this.key = beside(stream, "owner:" + group);
        this.stream = stream;
        this.owner = owner;
        this.millis = Long.toString(length.toMillis());
    }

    /** A key in the slot of {@code stream}: with its hash tag if it has one, else with its name for a hash tag. */
    static String beside(String stream, String suffix) {
        int open = stream.indexOf('{');
        boolean tagged = open >= 0 && stream.indexOf('}', open) > open + 1;
        return (tagged ? stream : "{" + stream + "}") + ":" + suffix;
    }

    /** Takes the lease if nobody has it; whether it is ours. */
    boolean acquire(Link link) {
        return link.call(Protocol.Command.SET, key, owner, "NX", "PX", millis) != null || holds(link);
    }

    /** Prolongs the lease; false if it is not ours. */
    boolean holds(Link link) {
        try {
            call(link, Protocol.Command.EXISTS, stream);
            return true;
        } catch (JedisDataException error) {
            if (isLoss(error)) {
                return false;
            }
            throw error;
        }
    }

    /** Gives the lease back if it is ours. */
    void release(Link link) {
        Guard.run(link, RELEASE, List.of(key), List.of(owner));
    }

    static boolean isLoss(JedisDataException error) {
        return String.valueOf(error.getMessage()).startsWith(NOT_OWNER);
    }

    @Override
    public @Nullable Object call(Link link, ProtocolCommand command, List<String> arguments) {
        List<String> all = new ArrayList<>(List.of(owner, millis, command.toString()));
        all.addAll(arguments);
        return Guard.run(link, GUARDED, List.of(key, stream), all);
    }
}
