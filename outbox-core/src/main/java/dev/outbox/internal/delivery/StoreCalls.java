package dev.outbox.internal.delivery;

import dev.outbox.spi.StoreException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Runs calls of the store on an executor and brings each result back to the engine's thread. Whatever a call throws is a failure of that call and of nothing
 * else.
 */
final class StoreCalls {
    private final Executor executor;
    private final Mailbox mailbox;
    private final Trouble trouble;
    private int underWay;

    StoreCalls(Executor executor, Mailbox mailbox, Trouble trouble) {
        this.executor = executor;
        this.mailbox = mailbox;
        this.trouble = trouble;
    }

    /** Calls without a result. */
    void run(Runnable call, Runnable onDone, Consumer<RuntimeException> onFailure) {
        call(
                () -> {
                    call.run();
                    return true;
                },
                done -> onDone.run(),
                onFailure);
    }

    /** Calls; {@code onResult} or {@code onFailure} follows in a later step. */
    <T> void call(Supplier<T> call, Consumer<T> onResult, Consumer<RuntimeException> onFailure) {
        underWay++;
        try {
            executor.execute(() -> perform(call, onResult, onFailure));
        } catch (RuntimeException refused) {
            failed(refused, onFailure);
        }
    }

    Trouble trouble() {
        return trouble;
    }

    /** How many have neither result nor failure. */
    int underWay() {
        return underWay;
    }

    private <T> void perform(Supplier<T> call, Consumer<T> onResult, Consumer<RuntimeException> onFailure) {
        T result;
        try {
            result = call.get();
        } catch (RuntimeException failure) {
            failed(failure, onFailure);
            return;
        } catch (Error error) {
            failed(new StoreException("a call of the store ended with an error", error), onFailure);
            throw error;
        }
        mailbox.post(() -> {
            underWay--;
            trouble.works();
            onResult.accept(result);
        });
    }

    private void failed(RuntimeException failure, Consumer<RuntimeException> onFailure) {
        mailbox.post(() -> {
            underWay--;
            trouble.failed(failure);
            onFailure.accept(failure);
        });
    }
}
