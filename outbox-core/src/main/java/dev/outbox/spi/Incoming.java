package dev.outbox.spi;

import dev.outbox.Message;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A message that a {@link Source} delivers.
 *
 * @param token the source's own number of this delivery; never used twice by one source, so that nothing can be acknowledged for another delivery
 * @param group what is given to one consumer as a whole and taken away as a whole: a partition, a queue, a stream
 * @param message the message; one of a stranger that has no id has its coordinates at the broker for an id
 * @param appendedAt when the broker took it; empty if the broker does not say
 * @param redelivered whether the source knows, or cannot exclude, that it was delivered before to a process that ended without a word
 * @param coordinates where the broker has it, in words that help a person to find it; asked for on any thread, and only if it is given up
 */
public record Incoming(
        long token,
        String group,
        Message message,
        Optional<Instant> appendedAt,
        boolean redelivered,
        Supplier<String> coordinates) {
    /** Of a source that knows nothing better to find it by than its group. */
    public Incoming(long token, String group, Message message, Optional<Instant> appendedAt, boolean redelivered) {
        this(token, group, message, appendedAt, redelivered, () -> group);
    }

    /** Nothing may be null. */
    public Incoming {
        Objects.requireNonNull(group, "group");
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(appendedAt, "appendedAt");
        Objects.requireNonNull(coordinates, "coordinates");
    }
}
