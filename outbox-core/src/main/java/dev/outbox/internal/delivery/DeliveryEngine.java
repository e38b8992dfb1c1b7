package dev.outbox.internal.delivery;

import dev.outbox.spi.Outcome;
import dev.outbox.spi.OutcomeListener;
import dev.outbox.spi.Outgoing;
import java.util.List;

/**
 * Delivers what the relay hands over, and what was parked, to the subscribers of this process.
 *
 * <p><strong>Crashes.</strong> Nothing in memory is needed afterwards. A message without an outcome is sent again by the relay; a claimed row is claimed again
 * when its claim has run out, then as a suspect.
 */
public final class DeliveryEngine extends EngineFrame {
    private final FreshDeliveries fresh;

    /**
     * An engine that has nothing to do yet.
     *
     * @param wake called, on any thread, when there is something to do
     */
    public DeliveryEngine(EngineParts parts, Runnable wake) {
        super(parts, wake);
        this.fresh = new FreshDeliveries(tools(), this::due);
    }

    /** Takes over a batch from any thread; every message gets its outcome later. */
    public void send(List<Outgoing> batch, OutcomeListener outcomes) {
        List<Outgoing> copy = List.copyOf(batch);
        if (!mailbox().post(() -> fresh.accept(copy, outcomes))) {
            Outcome closed = new Outcome.Unavailable(closed());
            copy.forEach(outgoing -> outcomes.onOutcome(outgoing.token(), closed));
        }
    }

    /** Why nothing is delivered any more. */
    public static IllegalStateException closed() {
        return new IllegalStateException("the in-process transport is closed");
    }

    @Override
    Intake intake() {
        return fresh;
    }
}
