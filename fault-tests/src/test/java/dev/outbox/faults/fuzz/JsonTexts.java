package dev.outbox.faults.fuzz;

import java.util.SplittableRandom;

/** JSON that is well-formed for the most part, and mean. */
final class JsonTexts {
    private static final int DEEPEST = 4;
    private static final String TRAP = "dev.outbox.faults.fuzz.Trap";
    private static final String[] NAMES = {
        "id", "count", "price", "lines", "more", "any", "@class", "@type", "$type", "class", "__TypeId__", "@c", "!type"
    };
    private static final String[] NUMBERS = {
        "0", "-0", "1e999999999", "-1e-999999999", "99999999999999999999", "0.1", "1E400", "2147483648", "1e5", "1.0"
    };

    private JsonTexts() {}

    static String value(SplittableRandom random, int depth) {
        int kinds = depth >= DEEPEST ? 5 : 12;
        return switch (random.nextInt(kinds)) {
            case 0 -> Hostile.one(random, "null", "true", "false");
            case 1 -> Hostile.one(random, NUMBERS);
            case 2 -> Long.toString(Hostile.number(random));
            case 3 -> quoted(Hostile.secret(random));
            case 4 -> mean(random, depth);
            case 5 -> list(random, depth);
            default -> object(random, depth);
        };
    }

    private static String mean(SplittableRandom random, int depth) {
        if (!Hostile.once(random, 20)) {
            return quoted(Hostile.plain(random));
        }
        return switch (random.nextInt(5)) {
            case 0 -> "[".repeat(Hostile.one(random, 50, 99, 101, 100_000));
            case 1 -> "9".repeat(Hostile.one(random, 100, 999, 1_001, 50_000));
            case 2 -> "[\"" + TRAP + "\",{\"command\":\"rm\"}]";
            case 3 -> "{\"@class\":\"" + TRAP + "\",\"command\":\"rm\"}";
            default -> "{" + quoted("x".repeat(60_000)) + ":" + depth + "}";
        };
    }

    private static String list(SplittableRandom random, int depth) {
        StringBuilder list = new StringBuilder("[");
        for (int i = random.nextInt(4); i > 0; i--) {
            list.append(value(random, depth + 1)).append(i > 1 ? "," : "");
        }
        return list.append(']').toString();
    }

    private static String object(SplittableRandom random, int depth) {
        StringBuilder object = new StringBuilder("{");
        for (int i = random.nextInt(6); i > 0; i--) {
            String name = Hostile.once(random, 6) ? Hostile.text(random) : Hostile.one(random, NAMES);
            String value = name.startsWith("@") && random.nextBoolean() ? quoted(TRAP) : fitting(random, name, depth);
            object.append(quoted(name)).append(':').append(value).append(i > 1 ? "," : "");
        }
        return object.append('}').toString();
    }

    /** In most cases what the property takes. */
    private static String fitting(SplittableRandom random, String name, int depth) {
        if (Hostile.once(random, 6)) {
            return value(random, depth + 1);
        }
        return switch (name) {
            case "id" -> quoted(Hostile.secret(random));
            case "count" -> Integer.toString(random.nextInt());
            case "price" -> Hostile.one(random, "1.5", "1e999999", "0");
            case "lines" -> "[" + quoted(Hostile.text(random)) + "]";
            case "more" -> depth < DEEPEST ? object(random, depth + 1) : "{}";
            default -> value(random, depth + 1);
        };
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ') {
                quoted.append(c == '\n' ? "\\n" : "\\u00" + (c < 16 ? "0" : "") + Integer.toHexString(c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
