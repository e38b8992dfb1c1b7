package dev.outbox.faults.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.outbox.Message;
import dev.outbox.redis.RedisWire;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Replies of a server with entries of a stream: what is an entry is a message, and goes on to another stream as it is. */
final class RedisEntries implements Target {
    private static final String STREAM = "orders";

    @Override
    public String name() {
        return "redis";
    }

    @Override
    public boolean feed(SplittableRandom random) {
        Object reply = reply(random);
        List<Message> messages = RedisWire.read(reply, STREAM, STREAM);
        for (Message message : messages) {
            Promises.readable(message, STREAM);
            Object again = List.of(List.of("1-1".getBytes(UTF_8), RedisWire.write(Promises.outgoing(message))));
            Promises.same(message, RedisWire.read(again, STREAM, STREAM).get(0));
        }
        return !messages.isEmpty();
    }

    private static Object reply(SplittableRandom random) {
        List<Object> entries = new ArrayList<>();
        for (int i = 1 + random.nextInt(2); i > 0; i--) {
            entries.add(Hostile.once(random, 20) ? odd(random) : entry(random));
        }
        return Hostile.once(random, 50) ? odd(random) : entries;
    }

    private static Object entry(SplittableRandom random) {
        List<Object> entry = new ArrayList<>();
        entry.add(id(random));
        entry.add(Hostile.once(random, 30) ? odd(random) : fields(random));
        if (Hostile.once(random, 50)) {
            entry.add(odd(random));
        }
        return entry;
    }

    private static Object id(SplittableRandom random) {
        String id = Math.abs(Hostile.number(random)) + Hostile.one(random, "-0", "-1", "", "-", "-x");
        return Hostile.once(random, 30) ? odd(random) : id.getBytes(UTF_8);
    }

    private static List<Object> fields(SplittableRandom random) {
        List<Object> fields = new ArrayList<>();
        for (int i = random.nextInt(Hostile.once(random, 50) ? 200 : 8); i > 0; i--) {
            String name = Attributes.name(random, "ce_");
            fields.add(name.getBytes(UTF_8));
            fields.add(Hostile.once(random, 40) ? odd(random) : Attributes.value(random, name));
        }
        if (Hostile.once(random, 20)) {
            fields.add(odd(random));
        }
        return fields;
    }

    private static Object odd(SplittableRandom random) {
        return switch (random.nextInt(4)) {
            case 0 -> Hostile.number(random);
            case 1 -> List.of();
            case 2 -> Hostile.bytes(random);
            default -> List.of(List.of(Hostile.number(random)), Hostile.bytes(random));
        };
    }
}
