package dev.outbox.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** What each XADD drops of its stream's oldest entries, about: Redis drops whole nodes of its tree only. */
@FunctionalInterface
interface Trimming {
    /** Drops nothing. */
    Trimming NONE = arguments -> {};

    /** Adds the words that XADD takes before the entry's id. */
    void addTo(List<byte[]> arguments);

    /** Keeps so many entries. */
    static Trimming length(long length) {
        if (length < 1) {
            throw new IllegalArgumentException("maxLength " + length + " must be positive");
        }
        List<byte[]> words = words("MAXLEN", Long.toString(length));
        return arguments -> arguments.addAll(words);
    }

    /** Keeps entries for so long. */
    static Trimming age(Duration age) {
        if (age.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("maxAge " + age + " must be at least a second");
        }
        return arguments -> {
            long oldest = InstantSource.system().instant().minus(age).toEpochMilli();
            arguments.addAll(words("MINID", Long.toString(Math.max(0, oldest))));
        };
    }

    private static List<byte[]> words(String strategy, String threshold) {
        return List.of(strategy.getBytes(UTF_8), new byte[] {'~'}, threshold.getBytes(UTF_8));
    }
}
