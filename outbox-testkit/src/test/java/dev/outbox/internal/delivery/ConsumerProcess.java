package dev.outbox.internal.delivery;

import dev.outbox.Message;
import dev.outbox.spi.Incoming;
import dev.outbox.spi.Sink;
import dev.outbox.spi.Source;
import dev.outbox.testkit.InMemorySource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;

/** One process of a simulation: an engine, its membership in the group, and what it has under way. Also plants the mistakes of a source. */
final class ConsumerProcess implements Source, Sink {
    final HandExecutor handlers = new HandExecutor();
    final HandExecutor storeCalls = new HandExecutor();
    final InMemorySource source;
    final ConsumerEngine engine;
    boolean closing;
    private final ConsumerBug bug;
    private final Consumer<Message> onDelivered;
    private final List<Incoming> delivered = new ArrayList<>();

    ConsumerProcess(
            InMemorySource source,
            ConsumerBug bug,
            Consumer<Message> onDelivered,
            Function<ConsumerProcess, ConsumerEngine> made) {
        this.source = source;
        this.bug = bug;
        this.onDelivered = onDelivered;
        this.engine = made.apply(this);
        source.start(this);
    }

    /** Another object than that for the store, so that the engine tells them apart; the same tasks. */
    Executor burialCalls() {
        return storeCalls::execute;
    }

    @Override
    public void start(Sink sink) {
        source.start(sink);
    }

    @Override
    public void acknowledge(List<Incoming> finished, Runnable onDurable) {
        List<Incoming> told = finished;
        if (bug == ConsumerBug.COMMITTED_PAST_UNFINISHED_OFFSETS) {
            told = delivered.stream()
                    .filter(one -> finished.stream()
                            .anyMatch(end -> end.group().equals(one.group()) && end.token() >= one.token()))
                    .toList();
        }
        source.acknowledge(told, onDurable);
    }

    @Override
    public void pause() {
        source.pause();
    }

    @Override
    public void resume() {
        source.resume();
    }

    @Override
    public void close() {
        source.close();
    }

    @Override
    public String consumer() {
        return engine.consumer();
    }

    @Override
    public void deliver(List<Incoming> batch) {
        batch.forEach(one -> onDelivered.accept(one.message()));
        delivered.addAll(batch);
        engine.deliver(
                bug == ConsumerBug.TWO_MESSAGES_OF_A_KEY_AT_ONCE
                        ? batch.stream().map(ConsumerProcess::withKeyOfItsOwn).toList()
                        : batch);
    }

    @Override
    public CompletionStage<Void> revoke(Collection<String> groups) {
        return engine.revoke(groups);
    }

    @Override
    public void lost(Collection<String> groups) {
        engine.lost(groups);
    }

    private static Incoming withKeyOfItsOwn(Incoming incoming) {
        Message message = incoming.message();
        Message other = Message.to(message.destination())
                .id(message.id())
                .key(message.key().map(key -> message.id()).orElse(null))
                .text(message.payload().toUtf8String());
        return new Incoming(incoming.token(), incoming.group(), other, incoming.appendedAt(), incoming.redelivered());
    }
}
