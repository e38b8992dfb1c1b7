package dev.outbox.faults.fuzz;

import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;

/** Values of the types that options have. */
final class Values {
    private Values() {}

    static boolean has(Class<?> type) {
        return type == int.class
                || type == long.class
                || type == double.class
                || type == boolean.class
                || type == String.class
                || type == Duration.class
                || type == Instant.class
                || type == byte[].class
                || type.isEnum();
    }

    static Object of(Class<?> type, SplittableRandom random) {
        if (type == int.class) {
            return (int) Hostile.number(random);
        } else if (type == long.class) {
            return Hostile.number(random);
        } else if (type == double.class) {
            return Hostile.one(random, 0.0, 1.0, 2.5, -1.0, Double.NaN, Double.POSITIVE_INFINITY, 1e300, 1e-300, 0.5);
        } else if (type == boolean.class) {
            return random.nextBoolean();
        } else if (type == String.class) {
            return Hostile.text(random);
        } else if (type == Duration.class) {
            return duration(random);
        } else if (type == Instant.class) {
            return Hostile.one(
                    random, Instant.MIN, Instant.MAX, Instant.EPOCH, Instant.ofEpochSecond(random.nextInt()));
        } else if (type == byte[].class) {
            return Hostile.secretBytes(random);
        }
        Object[] constants = type.getEnumConstants();
        return constants[random.nextInt(constants.length)];
    }

    static Duration duration(SplittableRandom random) {
        return switch (random.nextInt(4)) {
            case 0 ->
                Hostile.one(
                        random,
                        Duration.ZERO,
                        Duration.ofNanos(1),
                        Duration.ofNanos(-1),
                        Duration.ofSeconds(Long.MAX_VALUE, 999_999_999),
                        Duration.ofSeconds(Long.MIN_VALUE + 1),
                        Duration.ofNanos(Long.MAX_VALUE),
                        Duration.ofMillis(Long.MAX_VALUE),
                        Duration.ofDays(366_000));
            case 1 -> Duration.ofMillis(random.nextInt(100_000));
            case 2 -> Duration.ofSeconds(random.nextInt(100_000));
            default -> Duration.ofNanos(Hostile.number(random));
        };
    }
}
