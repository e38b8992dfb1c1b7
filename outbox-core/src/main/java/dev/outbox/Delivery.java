package dev.outbox;

import java.util.Objects;

/**
 * A message as it reaches one consumer.
 *
 * @param consumer the consumer's name
 * @param message the message
 * @param attempt 1 for the first attempt, one more after each that was charged
 */
public record Delivery(String consumer, Message message, int attempt) {
    /** @throws IllegalArgumentException if {@code attempt} is below 1 */
    public Delivery {
        Objects.requireNonNull(message, "message");
        Text.requireName("consumer", consumer, MessageLimits.MAX_NAME_BYTES);
        if (attempt < 1) {
            throw new IllegalArgumentException("attempt " + attempt + " must be at least 1");
        }
    }

    /**
     * The key under which an outside system should remember what this delivery made it do: the same for every attempt and every duplicate, another for
     * each consumer.
     */
    public String idempotencyKey() {
        return consumer + ":" + message.id();
    }
}
