package dev.outbox.internal.delivery;

import dev.outbox.spi.Backlog;
import dev.outbox.spi.Incoming;
import dev.outbox.spi.Sink;
import dev.outbox.spi.Source;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
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

    /** What it sees at this moment; at any time, on any thread. */
    public Figures figures() {
        Buffer buffer = sourced.buffer();
        return new Figures(
                buffer.count(),
                buffer.bytes(),
                buffer.isPaused(),
                sourced.waitingCount(),
                Optional.ofNullable(buffer.oldest()),
                buffer.movedNanos(),
                Optional.ofNullable(sourced.backlog().backlog()),
                Optional.ofNullable(tools().calls().trouble().error())
                        .or(() ->
                                Optional.ofNullable(tools().burials().trouble().error())));
    }

    /**
     * What an engine has and sees.
     *
     * @param buffered deliveries that have not come to their end
     * @param bufferedBytes their payloads
     * @param paused whether the source was told to pause
     * @param waiting those that wait in memory for their next attempt
     * @param oldest when the broker took the one that has been in memory for the longest time
     * @param movedNanos when one came to its end the last time, or the first came, by the clock of the steps
     * @param backlog what is parked, as it was counted last
     * @param trouble what the store, or the channel of dead letters, said when it began to fail; empty while they work
     */
    public record Figures(
            int buffered,
            long bufferedBytes,
            boolean paused,
            int waiting,
            Optional<Instant> oldest,
            long movedNanos,
            Optional<Backlog> backlog,
            Optional<String> trouble) {}

    @Override
    Intake intake() {
        return sourced;
    }
}
