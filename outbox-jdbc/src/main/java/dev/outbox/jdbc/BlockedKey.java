package dev.outbox.jdbc;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * A key whose messages wait, and the message that they wait for.
 *
 * @param consumer whose delivery waits; empty when it is the relay's
 * @param destination the destination of the messages
 * @param key their key
 * @param messageId the first message of the key, which the others wait for
 * @param type its type
 * @param reason why it waits itself
 * @param attempts failed attempts charged to it
 * @param error its last error; empty if there was none
 * @param dueIn how long until it is tried again, zero if it is due; empty while nobody has said when, which lasts a minute at most
 * @param age how long ago it was published, by the database's clock
 * @param waiting how many messages wait behind it, counted up to {@link Inspection#MAX_WAITING}
 */
public record BlockedKey(
        Optional<String> consumer,
        String destination,
        String key,
        String messageId,
        String type,
        Reason reason,
        int attempts,
        String error,
        Optional<Duration> dueIn,
        Duration age,
        long waiting) {
    /** None of them may be null. */
    public BlockedKey {
        Objects.requireNonNull(consumer, "consumer");
        Objects.requireNonNull(destination, "destination");
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(reason, "reason");
    }

    /** Why the first message of a key waits. */
    public enum Reason {
        /** An attempt failed; it waits for the next. */
        RETRY,
        /** The process ended while this message was alone in flight; it is tried again, alone. */
        SUSPECT,
        /** It waited behind another or was redriven, and goes next. */
        NEXT
    }
}
