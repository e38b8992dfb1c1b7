package dev.outbox.kafka;

import dev.outbox.spi.Incoming;
import dev.outbox.spi.Sink;
import dev.outbox.spi.Source;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A consumer's side of a source: remembers what comes, and finishes what it is told to. */
class TestSink implements Sink {
    private static final Duration BOUND = Duration.ofSeconds(60);

    private final String name;
    private final List<Incoming> got = new ArrayList<>();
    private final List<String> revoked = new ArrayList<>();
    private final List<String> lost = new ArrayList<>();
    private final CompletableFuture<Void> drained;
    private @Nullable Error error;

    TestSink(String name) {
        this(name, CompletableFuture.completedFuture(null));
    }

    /** One whose deliveries come to their end when {@code drained} does. */
    TestSink(String name, CompletableFuture<Void> drained) {
        this.name = name;
        this.drained = drained;
    }

    @Override
    public String consumer() {
        return name;
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
    public synchronized CompletionStage<Void> revoke(Collection<String> groups) {
        revoked.addAll(groups);
        return drained;
    }

    @Override
    public synchronized void lost(Collection<String> groups) {
        lost.addAll(groups);
    }

    synchronized List<Incoming> got() {
        return List.copyOf(got);
    }

    synchronized List<String> revoked() {
        return List.copyOf(revoked);
    }

    synchronized List<String> lost() {
        return List.copyOf(lost);
    }

    /** Their payloads, as text. */
    List<String> texts() {
        return got().stream().map(TestSink::text).toList();
    }

    static String text(Incoming incoming) {
        return new String(incoming.message().payload().toByteArray(), StandardCharsets.UTF_8);
    }

    /** Waits for {@code count} deliveries, and gives all there are. */
    List<Incoming> await(int count) {
        Awaitility.await(count + " deliveries to " + name)
                .atMost(BOUND)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> got().size() >= count);
        return got();
    }

    /** Waits until the source knows from the broker that {@code finished} will not come again. */
    static void finish(Source source, List<Incoming> finished) {
        CompletableFuture<Void> durable = new CompletableFuture<>();
        source.acknowledge(finished, () -> durable.complete(null));
        Awaitility.await("a committed position")
                .atMost(BOUND)
                .pollInterval(Duration.ofMillis(5))
                .until(durable::isDone);
    }
}
