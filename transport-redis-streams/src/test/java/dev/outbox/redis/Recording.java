package dev.outbox.redis;

import dev.outbox.Message;
import dev.outbox.spi.Incoming;
import dev.outbox.spi.Sink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.awaitility.Awaitility;

/** Remembers what a source delivers. */
final class Recording implements Sink {
    static final String CONSUMER = "payment";

    private final List<Incoming> got = new ArrayList<>();
    private final List<String> lost = new ArrayList<>();
    private final Error error;
    private final String ofGroup;

    Recording() {
        this(new AssertionError("never thrown"), "");
    }

    private Recording(Error error, String ofGroup) {
        this.error = error;
        this.ofGroup = ofGroup;
    }

    /** Throws {@code error} when something of {@code group} is delivered. */
    static Recording throwing(Error error, String group) {
        return new Recording(error, group);
    }

    @Override
    public String consumer() {
        return CONSUMER;
    }

    @Override
    public synchronized void deliver(List<Incoming> batch) {
        if (batch.get(0).group().equals(ofGroup)) {
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

    List<String> texts() {
        return got().stream().map(one -> text(one.message())).toList();
    }

    static String text(Message message) {
        return message.payload().toUtf8String();
    }

    /** Waits until so many deliveries have come. */
    List<Incoming> await(int count) {
        Awaitility.await(count + " deliveries")
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> got().size() >= count);
        return got();
    }
}
