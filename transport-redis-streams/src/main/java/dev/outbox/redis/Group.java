package dev.outbox.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * The commands of one consumer group of one stream, as one of its consumers gives them.
 *
 * <p>What a process has not finished when it ends in good order it gives to a consumer of the name {@value #RELEASED}, so that whoever gets it next knows that it ended no
 * process.
 */
record Group(String stream, String name, String consumer, Guard guard) {
    static final String RELEASED = "outbox.released";
    private static final int PAGE = 500;
    private static final int MOST_PAGES = 1_000;

    // Looked at and deleted in one step: a consumer that reads in between would lose what it read.
    private static final String DELETE_IDLE = """
            local deleted = 0
            for _, row in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
              local c = {}
              for i = 1, #row, 2 do c[row[i]] = row[i + 1] end
              if c.pending == 0 and (c.name == ARGV[3] or (c.name ~= ARGV[2] and c.idle > tonumber(ARGV[4]))) then
                redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], c.name)
                deleted = deleted + 1
              end
            end
            return deleted
            """;

    /**
     * An entry that was delivered and not acknowledged.
     *
     * @param consumer who has it
     */
    record Pending(String id, String consumer) {}

    /**
     * What the server knows of the group.
     *
     * @param pending delivered and not acknowledged
     * @param lag not yet delivered; empty if the server does not know, or is older than 7.0. The server counts what was read apart from what was added, and the two may disagree
     *     for good once it was killed
     */
    record Info(String lastDelivered, long pending, OptionalLong lag) {}

    /** Creates the group, and the stream, if they are not there. */
    void create(Link link, String from) {
        try {
            link.call(Protocol.Command.XGROUP, "CREATE", stream, name, from, "MKSTREAM");
        } catch (JedisDataException error) {
            if (!String.valueOf(error.getMessage()).startsWith("BUSYGROUP")) {
                throw error;
            }
        }
    }

    static boolean isMissing(JedisDataException error) {
        return String.valueOf(error.getMessage()).startsWith("NOGROUP");
    }

    /** Entries that nobody has got yet, at most {@code count}. */
    List<Entry> read(Link link, int count) {
        return Entry.ofStreams(guard.call(
                link,
                Protocol.Command.XREADGROUP,
                "GROUP",
                name,
                consumer,
                "COUNT",
                Integer.toString(count),
                "STREAMS",
                stream,
                ">"));
    }

    /** As {@link #read}, but waits for the first; for streams without an owner. */
    List<Entry> readWaiting(Link link, int count, long millis) {
        return Entry.ofStreams(link.call(
                Protocol.Command.XREADGROUP,
                "GROUP",
                name,
                consumer,
                "COUNT",
                Integer.toString(count),
                "BLOCK",
                Long.toString(millis),
                "STREAMS",
                stream,
                ">"));
    }

    /** Waits until the stream has an entry after {@code id}; whether it has. */
    boolean awaitAfter(Link link, String id, long millis) {
        return !Entry.ofStreams(link.call(
                        Protocol.Command.XREAD, "COUNT", "1", "BLOCK", Long.toString(millis), "STREAMS", stream, id))
                .isEmpty();
    }

    /**
     * What is pending, in order, at most {@code count} entries.
     *
     * @param after the last entry of the page before, or nothing to begin
     * @param of the consumer, or nothing for everybody
     * @param idleMillis only what nobody has looked after for so long; 0 for all
     */
    List<Pending> pending(Link link, String after, String of, long idleMillis, int count) {
        List<String> arguments = new ArrayList<>(List.of(stream, name));
        if (idleMillis > 0) {
            arguments.addAll(List.of("IDLE", Long.toString(idleMillis)));
        }
        arguments.addAll(List.of(after.isEmpty() ? "-" : "(" + after, "+", Integer.toString(count)));
        if (!of.isEmpty()) {
            arguments.add(of);
        }
        return rows(link.call(Protocol.Command.XPENDING, arguments.toArray(String[]::new)));
    }

    private static List<Pending> rows(@Nullable Object reply) {
        List<Pending> rows = new ArrayList<>();
        if (reply instanceof List<?> list) {
            for (Object one : list) {
                if (one instanceof List<?> row
                        && row.get(0) instanceof byte[] id
                        && row.get(1) instanceof byte[] consumer) {
                    rows.add(new Pending(new String(id, UTF_8), new String(consumer, UTF_8)));
                }
            }
        }
        return rows;
    }

    /** Makes pending entries this consumer's own, and reads them; those that are gone from the stream, or were taken by another meanwhile, are missing. */
    List<Entry> claim(Link link, List<String> ids, long minIdleMillis) {
        List<Entry> claimed = new ArrayList<>();
        for (int i = 0; i < ids.size(); i += PAGE) {
            List<String> page = ids.subList(i, Math.min(ids.size(), i + PAGE));
            List<String> arguments = new ArrayList<>(List.of(stream, name, consumer, Long.toString(minIdleMillis)));
            arguments.addAll(page);
            claimed.addAll(Entry.of(guard.call(link, Protocol.Command.XCLAIM, arguments)));
        }
        return claimed;
    }

    /** Gives pending entries to {@code to}, without reading them and as if they had just been delivered. */
    void give(Link link, List<String> ids, String to) {
        for (int i = 0; i < ids.size(); i += PAGE) {
            List<String> arguments = new ArrayList<>(List.of(stream, name, to, "0"));
            arguments.addAll(ids.subList(i, Math.min(ids.size(), i + PAGE)));
            arguments.add("JUSTID");
            guard.call(link, Protocol.Command.XCLAIM, arguments);
        }
    }

    /** Gives everything that this consumer has to whoever comes next, and deletes the consumer. */
    void release(Link link) {
        for (int page = 0; page < MOST_PAGES; page++) {
            List<Pending> ours = pending(link, "", consumer, 0, PAGE);
            if (ours.isEmpty()) {
                break;
            }
            give(link, ours.stream().map(Pending::id).toList(), RELEASED);
        }
        deleteIdle(link, consumer, Long.MAX_VALUE / 2);
    }

    /**
     * How many entries are not finished: pending, or not delivered yet; empty if it is not known.
     *
     * @throws JedisDataException if there is no such group
     */
    OptionalLong unfinished(Link link) {
        Info info = info(link);
        if (info.lag().orElse(1) != 0 && !hasAfter(link, info.lastDelivered())) {
            return OptionalLong.of(info.pending());
        }
        return info.lag().isPresent() ? OptionalLong.of(info.lag().getAsLong() + info.pending()) : OptionalLong.empty();
    }

    private boolean hasAfter(Link link, String id) {
        return !Entry.of(link.call(Protocol.Command.XRANGE, stream, "(" + id, "+", "COUNT", "1"))
                .isEmpty();
    }

    /** Whether the stream has the entry {@code id}. */
    boolean has(Link link, String id) {
        return !Entry.of(link.call(Protocol.Command.XRANGE, stream, id, id)).isEmpty();
    }

    /** The stream of what the group gives up: on the same node of a cluster. */
    String deadLetters() {
        return Lease.beside(stream, "dead:" + name);
    }

    /** The arguments of XACK. */
    byte[][] acknowledgement(List<String> ids) {
        List<String> arguments = new ArrayList<>(List.of(stream, name));
        arguments.addAll(ids);
        return arguments.stream().map(text -> text.getBytes(UTF_8)).toArray(byte[][]::new);
    }

    /** Deletes consumers that have nothing and have not been heard of for so long, and {@code leaving} at once if it has nothing. */
    void deleteIdle(Link link, String leaving, long idleMillis) {
        Guard.run(link, DELETE_IDLE, List.of(stream), List.of(name, consumer, leaving, Long.toString(idleMillis)));
    }

    /**
     * What the server knows.
     *
     * @throws JedisDataException if there is no such group
     */
    Info info(Link link) {
        if (link.call(Protocol.Command.XINFO, "GROUPS", stream) instanceof List<?> groups) {
            for (Object one : groups) {
                Map<String, Object> row = row(one);
                if (name.equals(row.get("name"))) {
                    Object lag = row.get("lag");
                    return new Info(
                            String.valueOf(row.get("last-delivered-id")),
                            row.get("pending") instanceof Long pending ? pending : 0,
                            lag instanceof Long known ? OptionalLong.of(known) : OptionalLong.empty());
                }
            }
        }
        throw new JedisDataException("NOGROUP No such consumer group '" + name + "' of stream '" + stream + "'");
    }

    private static Map<String, Object> row(@Nullable Object reply) {
        Map<String, Object> row = new HashMap<>();
        if (reply instanceof List<?> pairs) {
            for (int i = 0; i + 1 < pairs.size(); i += 2) {
                Object value = pairs.get(i + 1);
                if (pairs.get(i) instanceof byte[] key && value != null) {
                    row.put(new String(key, UTF_8), value instanceof byte[] text ? new String(text, UTF_8) : value);
                }
            }
        }
        return row;
    }
}
