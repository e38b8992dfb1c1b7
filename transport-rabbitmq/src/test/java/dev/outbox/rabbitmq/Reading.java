package dev.outbox.rabbitmq;

import dev.outbox.spi.Incoming;
import dev.outbox.spi.Sink;
import dev.outbox.spi.Source;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A consumer that remembers what it gets and acknowledges when it is told to. */
final class Reading implements Sink, AutoCloseable {
    private static final Duration BOUND = Duration.ofSeconds(60);

    private final Source source;
    private final List<Incoming> got = new ArrayList<>();
    private final List<String> lost = new ArrayList<>();
    private @Nullable Error error;

    private Reading(Source source) {
        this.source = source;
    }

    static Reading from(Source source) {
        Reading reading = new Reading(source);
        source.start(reading);
        return reading;
    }

    Source source() {
        return source;
    }

    @Override
    public String consumer() {
        return "test";
    }

    /** Throws {@code thrown} at the next delivery. */
    synchronized void fail(Error thrown) {
        error = thrown;
    }

    @Override
    public synchronized void deliver(List<Incoming> batch) {
        if (error != null) {
            throw error;
        }
        got.addAll(batch);
    }

    @Override
    public CompletionStage<Void> revoke(Collection<String> groups) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public synchronized void lost(Collection<String> groups) {
        lost.addAll(groups);
    }

    synchronized List<Incoming> got() {
        return List.copyOf(got);
    }

    synchronized List<String> lost() {
        return List.copyOf(lost);
    }

    List<String> ids() {
        return got().stream().map(incoming -> incoming.message().id()).toList();
    }

    List<Incoming> await(int count) {
        Awaitility.await(count + " deliveries")
                .atMost(BOUND)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> got().size() >= count);
        return got();
    }

    void acknowledge(List<Incoming> deliveries) {
        CompletableFuture<Void> durable = new CompletableFuture<>();
        source.acknowledge(deliveries, () -> durable.complete(null));
        Awaitility.await("the acknowledgement")
                .atMost(BOUND)
                .pollInterval(Duration.ofMillis(5))
                .until(durable::isDone);
    }

    @Override
    public void close() {
        source.close();
    }
}
