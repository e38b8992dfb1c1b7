package dev.outbox.consumer;

import dev.outbox.internal.delivery.EngineParts;
import dev.outbox.internal.delivery.Subscriber;
import dev.outbox.spi.Source;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * What a consumer is made of.
 *
 * @param name its name
 * @param source what it reads, and closes
 * @param engine what its engine is made of
 * @param counters what its engine counts
 * @param options the numbers
 * @param semantics when it acknowledges
 * @param wallClock what the ages of messages are measured against
 * @param storeThreads its own threads for calls of the store
 * @param handlerThreads its own threads for handlers, if it has some
 */
record ConsumerParts(
        String name,
        Source source,
        EngineParts engine,
        Subscriber.Counters counters,
        ConsumerOptions options,
        Semantics semantics,
        InstantSource wallClock,
        ExecutorService storeThreads,
        @Nullable ExecutorService handlerThreads) {
    void endThreads() {
        storeThreads.shutdown();
        if (handlerThreads != null) {
            handlerThreads.shutdownNow();
        }
    }
}
