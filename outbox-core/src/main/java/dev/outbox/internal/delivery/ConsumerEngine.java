package dev.outbox.internal.delivery;

import dev.outbox.spi.Incoming;
import dev.outbox.spi.Sink;
import dev.outbox.spi.Source;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Brings what a source delivers, and what was parked, to the one subscriber.
 *
 * <p><strong>Crashes.</strong> Nothing in memory is needed afterwards. A delivery that was not acknowledged is delivered again; a claimed row is claimed again
 * when its claim has run out, then as a suspect.
 */
public final class ConsumerEngine extends EngineFrame implements Sink {
    private final SourcedDeliveries sourced;

    /**
     * An engine that has nothing to do yet.
     *
     * @param parts with one subscriber, of any destination
     * @param wallClock what the ages of deliveries are measured against
     * @param wake called, on any thread, when there is something to do
     */
    public ConsumerEngine(
            EngineParts parts, Source source, SourceOptions options, InstantSource wallClock, Runnable wake) {
        super(parts, wake);
        this.sourced = new SourcedDeliveries(tools(), source, options, wallClock, this::due, mailbox()::post);
    }

    @Override
    public String consumer() {
        return tools().parts().subscribers().all().get(0).name();
    }

    @Override
    public void deliver(List<Incoming> batch) {
        List<Incoming> copy = List.copyOf(batch);
        mailbox().post(() -> sourced.accept(copy));
    }

    @Override
    public CompletionStage<Void> revoke(Collection<String> groups) {
        List<String> copy = List.copyOf(groups);
        CompletableFuture<Void> drained = new CompletableFuture<>();
        if (!mailbox().post(() -> sourced.revoke(copy, drained))) {
            drained.complete(null);
        }
        return drained;
    }

    @Override
    public void lost(Collection<String> groups) {
        List<String> copy = List.copyOf(groups);
        mailbox().post(() -> sourced.lose(copy));
    }

    /** Deliveries that have not come to their end; at any time, on any thread. */
    public int buffered() {
        return sourced.buffer().count();
    }

    /** Their payloads, in bytes. */
    public long bufferedBytes() {
        return sourced.buffer().bytes();
    }

    /** Whether the source was told to pause. */
    public boolean isPaused() {
        return sourced.buffer().isPaused();
    }

    @Override
    Intake intake() {
        return sourced;
    }
}
