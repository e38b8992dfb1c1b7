package dev.outbox.faults.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.SplittableRandom;

/** Texts, bytes and numbers as nobody would send them who means well; and as everybody does, so that they come past the first checks. */
final class Hostile {
    /** Stands in payloads, header values and passwords, and must not turn up in a log or an error text. */
    static final String CANARY = "c4n4ry";

    private static final List<String> FAMOUS = List.of(
            "",
            " ",
            "null",
            "0",
            "-1",
            "\u0000",
            "a\u0000b",
            "\r\nX: y",
            "\u001b[2J\u001b]0;owned\u0007",
            "\u202Eevil",
            "\uFEFF",
            "\uD800",
            "\uDC00\uD800",
            "😀",
            "'; DROP TABLE outbox_message; --",
            "${jndi:ldap://127.0.0.1/a}",
            "%s%n%x",
            "../../etc/passwd",
            "@type",
            "java.lang.Runtime",
            "1e999999999",
            "NaN",
            "2.0",
            "\u0085\u2028\u2029");

    private Hostile() {}

    /** One of these. */
    @SafeVarargs
    static <T> T one(SplittableRandom random, T... values) {
        return values[random.nextInt(values.length)];
    }

    /** Whether it happens that happens once in {@code times}. */
    static boolean once(SplittableRandom random, int times) {
        return random.nextInt(times) == 0;
    }

    /** A text that is mostly short, sometimes empty, now and then enormous. */
    static String text(SplittableRandom random) {
        return switch (random.nextInt(8)) {
            case 0 -> FAMOUS.get(random.nextInt(FAMOUS.size()));
            case 1 -> characters(random, length(random), 0x20, 0x7F);
            case 2 -> characters(random, random.nextInt(12), 0, 0x10000);
            case 3 -> characters(random, random.nextInt(300), 0, 0x110000);
            default -> plain(random);
        };
    }

    /** A short word. */
    static String plain(SplittableRandom random) {
        return characters(random, 1 + random.nextInt(12), 'a', 'z' + 1);
    }

    /** A text, in most cases with what must not turn up elsewhere. */
    static String secret(SplittableRandom random) {
        return once(random, 4) ? text(random) : CANARY + text(random);
    }

    /** Bytes that are mostly text. */
    static byte[] bytes(SplittableRandom random) {
        if (once(random, 4)) {
            byte[] bytes = new byte[length(random)];
            random.nextBytes(bytes);
            return bytes;
        }
        return text(random).getBytes(UTF_8);
    }

    /** Bytes, in most cases with what must not turn up elsewhere. */
    static byte[] secretBytes(SplittableRandom random) {
        return once(random, 3) ? bytes(random) : secret(random).getBytes(UTF_8);
    }

    /** A number, often one at the edge of something. */
    static long number(SplittableRandom random) {
        return switch (random.nextInt(5)) {
            case 0 -> one(random, 0L, 1L, -1L, 63L, 64L, 255L, 256L, 1_000L, 10_000L);
            case 1 ->
                one(
                        random,
                        (long) Integer.MAX_VALUE,
                        (long) Integer.MIN_VALUE,
                        Long.MAX_VALUE,
                        Long.MIN_VALUE,
                        Integer.MAX_VALUE + 1L);
            case 2 -> random.nextLong();
            case 3 -> random.nextLong(1_000_000);
            default -> random.nextLong(100);
        };
    }

    private static int length(SplittableRandom random) {
        return once(random, 2_000) ? random.nextInt(100_000) : random.nextInt(once(random, 10) ? 600 : 24);
    }

    private static String characters(SplittableRandom random, int length, int from, int to) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.appendCodePoint(random.nextInt(from, to));
        }
        return text.toString();
    }
}
