package dev.outbox;

/**
 * What a receiving application does with a message. Must be safe for use by many threads; messages of one key come one after another.
 *
 * <p>Delivery is at least once: a handler either tolerates to see a message again, or is wrapped by the inbox, which lets its effects in the database happen
 * once (G6).
 */
@FunctionalInterface
public interface MessageHandler {
    /**
     * Handles one message. Returning means handled; throwing means that the attempt failed, unless it is a {@link HandledElsewhereException}.
     *
     * @throws Exception if the message could not be handled now; the retry policy decides what follows
     */
    void handle(Delivery delivery) throws Exception;
}
