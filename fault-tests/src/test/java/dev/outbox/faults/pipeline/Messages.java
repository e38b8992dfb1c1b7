package dev.outbox.faults.pipeline;

import dev.outbox.Message;
import dev.outbox.Payload;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/** The messages of these tests: of a key, with the number that they have among those of their key. */
final class Messages {
    static final String DESTINATION = "orders";
    /** Types, which say what the handler does. */
    static final String EVENT = "event";

    /** An event for which the handler publishes another. */
    static final String ECHOED = "echoed";

    static final String FAILING = "failing";
    static final String HALTING = "halting";
    static final String REJECTED = "rejected";

    private static final String SEQUENCE = "sequence";
    private static final int MOST_BYTES = 1_000;

    private Messages() {}

    /** One with a payload that no other has. */
    static Message message(String key, long sequence, String type, RandomGenerator random) {
        byte[] payload = new byte[16 + random.nextInt(MOST_BYTES)];
        random.nextBytes(payload);
        return Message.to(DESTINATION)
                .key(key)
                .type(type)
                .header(SEQUENCE, String.valueOf(sequence))
                .bytes(payload);
    }

    static long sequence(Message message) {
        return Long.parseLong(message.headers().get(SEQUENCE).orElseThrow());
    }

    static String hash(Payload payload) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(payload.toByteArray()));
        } catch (NoSuchAlgorithmException everyPlatformHasIt) {
            throw new IllegalStateException(everyPlatformHasIt);
        }
    }
}
