package dev.outbox.relay;

import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Runs one store command at a time away from the engine, and brings its result back to the engine's thread. A command that hangs keeps its lane busy and nothing
 * else.
 */
final class CommandLane {
    private final Executor executor;
    private final Consumer<Runnable> toEngine;
    private boolean busy;

    CommandLane(Executor executor, Consumer<Runnable> toEngine) {
        this.executor = executor;
        this.toEngine = toEngine;
    }

    boolean isFree() {
        return !busy;
    }

    /** Runs {@code command}; {@code onResult} or {@code onFailure} follows on the engine's thread. An {@link Error} ends the engine. */
    <T> void submit(Supplier<T> command, Consumer<T> onResult, Consumer<RuntimeException> onFailure) {
        busy = true;
        executor.execute(() -> {
            try {
                T result = command.get();
                back(() -> onResult.accept(result));
            } catch (RuntimeException e) {
                back(() -> onFailure.accept(e));
            } catch (Error e) {
                back(() -> {
                    throw e;
                });
                throw e;
            }
        });
    }

    private void back(Runnable continuation) {
        toEngine.accept(() -> {
            busy = false;
            continuation.run();
        });
    }
}
