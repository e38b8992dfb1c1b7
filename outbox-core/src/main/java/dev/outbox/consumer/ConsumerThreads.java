package dev.outbox.consumer;

import dev.outbox.internal.delivery.Threads;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * A consumer's own threads. Dead letters to a channel have threads apart, so that one that hangs does not keep the store waiting.
 *
 * @param handlers for handlers, if it has some
 * @param storeCalls for calls of the store
 * @param burialCalls for dead letters; the same if they go to the store
 */
record ConsumerThreads(@Nullable ExecutorService handlers, ExecutorService storeCalls, ExecutorService burialCalls) {
    private static final int STORE_THREADS = 4;

    /** @param handlerCount 0 if somebody else runs the handlers */
    static ConsumerThreads of(String name, int handlerCount, boolean hasChannel) {
        String role = "outbox-consumer-" + name;
        ExecutorService store = Threads.pool(role + "-store", STORE_THREADS);
        return new ConsumerThreads(
                handlerCount == 0 ? null : Threads.pool(role + "-handler", handlerCount),
                store,
                hasChannel ? Threads.pool(role + "-dead", STORE_THREADS) : store);
    }

    Executor handlersOr(@Nullable Executor given) {
        return handlers == null ? Objects.requireNonNull(given, "executor") : handlers;
    }

    void end() {
        storeCalls.shutdown();
        burialCalls.shutdown();
        if (handlers != null) {
            handlers.shutdownNow();
        }
    }
}
