package dev.outbox;

import java.util.List;

/**
 * What a receiving application does with several messages at once. Must be safe for use by many threads: batches of different keys may be handled at the same
 * time; of one key all messages of a batch stand in it in their order, and no other batch has one of it meanwhile.
 *
 * <p>Delivery is at least once: see {@link MessageHandler}. The same message may stand in one batch twice.
 */
@FunctionalInterface
public interface BatchHandler {
    /**
     * Handles messages. Returning means that all were handled. Throwing means that it is to be as if none were: each comes again alone, so that only the one that
     * fails is charged; a batch of one is charged at once.
     *
     * @param batch at least one delivery
     * @throws Exception if they could not be handled now
     */
    void handle(List<Delivery> batch) throws Exception;
}
