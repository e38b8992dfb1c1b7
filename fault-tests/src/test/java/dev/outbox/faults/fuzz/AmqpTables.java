package dev.outbox.faults.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.rabbitmq.client.AMQP.BasicProperties;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Properties of AMQP with everything in their headers that AMQP has types for, also in one another. */
final class AmqpTables {
    private static final int LONGEST_SHORT_TEXT = 60;
    /** The client reads no more than 32 levels, and closes the connection. */
    private static final int DEEPEST = 26;

    private AmqpTables() {}

    static BasicProperties properties(SplittableRandom random) {
        BasicProperties.Builder properties = new BasicProperties.Builder();
        if (random.nextBoolean()) {
            properties.messageId(shortText(random)).type(shortText(random));
        }
        if (Hostile.once(random, 3)) {
            properties.correlationId(shortText(random)).contentType(shortText(random));
        }
        if (Hostile.once(random, 5)) {
            properties.replyTo(shortText(random)).appId(shortText(random)).expiration(shortText(random));
        }
        if (Hostile.once(random, 5)) {
            properties
                    .timestamp(new Date(Hostile.number(random) / 1_000 * 1_000))
                    .priority(random.nextInt(256));
        }
        if (!Hostile.once(random, 6)) {
            properties.headers(table(random, 0, "cloudEvents" + Hostile.one(random, "_", ":")));
        }
        return properties.build();
    }

    private static Map<String, Object> table(SplittableRandom random, int depth, String prefix) {
        Map<String, Object> table = new HashMap<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            String name = cut(Attributes.name(random, prefix));
            boolean plain = Hostile.once(random, 2);
            table.put(name, plain ? Attributes.value(random, name) : value(random, depth, name));
        }
        return table;
    }

    private static Object value(SplittableRandom random, int depth, String name) {
        return switch (random.nextInt(depth > 3 ? 8 : 11)) {
            case 0 -> Hostile.number(random);
            case 1 -> (int) Hostile.number(random);
            case 2 -> Hostile.one(random, 0.5, Double.NaN, -0.0, Double.MAX_VALUE, 1e-300);
            case 3 -> Hostile.once(random, 2) ? random.nextBoolean() : (Object) null;
            case 4 -> new Date(Hostile.number(random) / 1_000 * 1_000);
            case 5 -> new BigDecimal(BigInteger.valueOf(random.nextInt()), random.nextInt(200));
            case 6 -> Attributes.value(random, name);
            case 7 -> new String(Attributes.value(random, name), UTF_8);
            case 8 -> name.endsWith("id") || name.endsWith("type") ? nothing() : table(random, depth + 1, "");
            case 9 -> list(random, depth + 1);
            default -> Hostile.once(random, 5) ? deep(random.nextInt(DEEPEST)) : nothing();
        };
    }

    private static Object nothing() {
        return Map.of();
    }

    private static List<Object> list(SplittableRandom random, int depth) {
        List<Object> list = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            list.add(value(random, depth, "id"));
        }
        return list;
    }

    /** Tables in tables. */
    private static Object deep(int depth) {
        Map<String, Object> table = Map.of();
        for (int i = 0; i < depth; i++) {
            table = Map.of("a", table);
        }
        return table;
    }

    private static String shortText(SplittableRandom random) {
        return cut(Hostile.text(random));
    }

    /** A short text of AMQP has 255 bytes at most; the client refuses to write more. */
    private static String cut(String text) {
        return text.substring(0, Math.min(text.length(), LONGEST_SHORT_TEXT));
    }
}
