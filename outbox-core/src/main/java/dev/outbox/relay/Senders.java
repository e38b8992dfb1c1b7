package dev.outbox.relay;

import dev.outbox.spi.Outcome;
import dev.outbox.spi.OutcomeListener;
import dev.outbox.spi.Outgoing;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Calls transports away from the engine's thread, for each destination one call at a time. A client that blocks, though it must not, so holds up its own
 * destination and nothing else: neither the others nor the leases (G10).
 */
final class Senders {
    private final Executor executor;
    private final OutcomeListener outcomes;
    private final Consumer<Runnable> toEngine;

    /** @param toEngine runs what it is given on the engine's thread, soon */
    Senders(Executor executor, OutcomeListener outcomes, Consumer<Runnable> toEngine) {
        this.executor = executor;
        this.outcomes = outcomes;
        this.toEngine = toEngine;
    }

    /** Hands over messages of one destination, whose last call has returned. An {@link Error} of the transport ends the engine. */
    void send(Lane lane, List<Outgoing> batch) {
        lane.sending = true;
        executor.execute(() -> {
            try {
                call(lane, batch);
                toEngine.accept(() -> lane.sending = false);
            } catch (Error e) {
                toEngine.accept(() -> {
                    throw e;
                });
                throw e;
            }
        });
    }

    private void call(Lane lane, List<Outgoing> batch) {
        try {
            lane.transport.send(batch, outcomes);
        } catch (RuntimeException e) {
            for (Outgoing outgoing : batch) {
                outcomes.onOutcome(outgoing.token(), new Outcome.Unknown(e));
            }
        }
    }
}
