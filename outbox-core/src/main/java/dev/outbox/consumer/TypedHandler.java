package dev.outbox.consumer;

import dev.outbox.Delivery;

/**
 * Handles messages of one type. As {@link dev.outbox.MessageHandler}, with the payload decoded.
 *
 * @param <T> what the payload is
 */
@FunctionalInterface
public interface TypedHandler<T> {
    /**
     * Handles one message.
     *
     * @param value what its payload holds
     * @throws Exception if it could not be handled now
     */
    void handle(T value, Delivery delivery) throws Exception;
}
