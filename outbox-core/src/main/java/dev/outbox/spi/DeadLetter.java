package dev.outbox.spi;

import dev.outbox.Message;
import java.time.Instant;
import java.util.Optional;

/**
 * A message that was given up.
 *
 * @param number the dead letter's own number, ascending in the order of dying
 * @param consumer the consumer that gave it up; empty when the relay did
 * @param message the message
 * @param reason why
 * @param attempts failed attempts charged to it
 * @param error the last error
 * @param createdAt when it was published, by the database's clock
 * @param diedAt when it was given up, by the database's clock
 */
public record DeadLetter(
        long number,
        Optional<String> consumer,
        Message message,
        DeadReason reason,
        int attempts,
        String error,
        Instant createdAt,
        Instant diedAt) {}
