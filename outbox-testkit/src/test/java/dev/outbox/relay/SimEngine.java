package dev.outbox.relay;

import java.util.function.Consumer;

/** The relay's engine, unchanged but for one thing: the answers of the store travel through {@code replies}, which delivers them later or never. */
class SimEngine extends RelayEngine {
    private final Consumer<Runnable> replies;

    SimEngine(RelayParts parts, long now, Runnable signal, Consumer<Runnable> replies) {
        super(parts, now, signal);
        this.replies = replies;
    }

    @Override
    void result(Runnable continuation) {
        replies.accept(() -> super.result(continuation));
    }
}
