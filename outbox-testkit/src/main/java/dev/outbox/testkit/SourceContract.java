package dev.outbox.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.Message;
import dev.outbox.spi.Incoming;
import dev.outbox.spi.Sink;
import dev.outbox.spi.Source;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every {@link Source} has to do. A subclass says where messages come from. */
public abstract class SourceContract {
    private static final long PAUSE_NANOS = Duration.ofMillis(2).toNanos();

    private final List<Source> started = new ArrayList<>();

    /** A source that is not started, of one and the same consumer, which has seen nothing before the test began. */
    protected abstract Source source();

    /** Puts a message where the sources read; those of one key into one group. */
    protected abstract void append(Message message);

    /** How long the broker may take; a minute unless a subclass knows better. */
    protected Duration patience() {
        return Duration.ofSeconds(60);
    }

    /** One turn of the loops of sources that have no threads. */
    protected void turn() {}

    /** Remembers what it gets. */
    static final class Recorder implements Sink {
        private final List<Incoming> got = new ArrayList<>();
        private final List<String> revoked = new ArrayList<>();
        private final CompletionStage<Void> onRevoke;

        Recorder(CompletionStage<Void> onRevoke) {
            this.onRevoke = onRevoke;
        }

        @Override
        public String consumer() {
            return "test";
        }

        @Override
        public synchronized void deliver(List<Incoming> batch) {
            got.addAll(batch);
        }

        @Override
        public synchronized CompletionStage<Void> revoke(Collection<String> groups) {
            revoked.addAll(groups);
            return onRevoke;
        }

        @Override
        public void lost(Collection<String> groups) {}

        synchronized List<Incoming> got() {
            return List.copyOf(got);
        }

        synchronized List<String> revoked() {
            return List.copyOf(revoked);
        }

        List<String> ids() {
            return got().stream().map(one -> one.message().id()).toList();
        }
    }

    @AfterEach
    public void closeAll() {
        started.forEach(Source::close);
    }

    @Test
    public void g5_messagesArriveAsTheyWereSentAndInTheOrderOfTheirGroup() {
        for (int i = 1; i <= 50; i++) {
            append(message(i));
        }
        Recorder recorder = start(source());
        await("50 messages", () -> recorder.got().size() >= 50);
        assertThat(recorder.got().stream().map(Incoming::message)).containsExactlyElementsOf(messages(1, 50));
        assertThat(recorder.got()).extracting(Incoming::token).doesNotHaveDuplicates();
    }

    @Test
    public void g2_whatWasNotAcknowledgedIsDeliveredAgainAndTheRestIsNot() {
        for (int i = 1; i <= 10; i++) {
            append(message(i));
        }
        Source first = source();
        Recorder before = start(first);
        await("10 messages", () -> before.got().size() >= 10);
        first.acknowledge(before.got().subList(0, 4), () -> {});
        first.close();

        Recorder after = start(source());
        await("the other 6 messages", () -> after.got().size() >= 6);
        assertThat(after.ids()).containsExactlyElementsOf(ids(5, 10));
    }

    @Test
    public void g2_anAcknowledgementDoesNotCoverAnUnfinishedDeliveryBelowIt() {
        for (int i = 1; i <= 10; i++) {
            append(message(i));
        }
        Source first = source();
        Recorder before = start(first);
        await("10 messages", () -> before.got().size() >= 10);
        first.acknowledge(before.got().subList(3, 10), () -> {});
        first.close();

        Recorder after = start(source());
        await("the first 3 messages", () -> after.ids().containsAll(ids(1, 3)));
    }

    @Test
    public void aDurableAcknowledgementIsReported() {
        append(message(1));
        Source source = source();
        Recorder recorder = start(source);
        await("a message", () -> recorder.got().size() >= 1);
        CompletableFuture<Void> durable = new CompletableFuture<>();
        source.acknowledge(recorder.got(), () -> durable.complete(null));
        await("the acknowledgement", durable::isDone);
    }

    @Test
    public void g12_aPausedSourceDeliversNothingMoreUntilItIsResumed() {
        Source source = source();
        Recorder recorder = start(source);
        append(message(1));
        await("a message", () -> recorder.got().size() >= 1);
        source.pause();
        turns();
        append(message(2)); // may be on its way, to a read that was waiting
        turns();
        for (int i = 3; i <= 10; i++) {
            append(message(i));
        }
        turns();
        int whilePaused = recorder.got().size();
        source.resume();
        await("the last message", () -> recorder.ids().contains("m10"));
        assertThat(whilePaused).isLessThanOrEqualTo(2);
        assertThat(recorder.ids()).containsExactlyElementsOf(ids(1, 10));
    }

    @Test
    public void theLagCountsWhatIsNotFinishedIfItIsKnown() {
        Source source = source();
        Recorder recorder = start(source);
        for (int i = 1; i <= 10; i++) {
            append(message(i));
        }
        await("10 messages", () -> recorder.got().size() >= 10);
        await("a lag of 10", () -> isUnknownOr(10, source.lag()));
        source.acknowledge(recorder.got().subList(0, 4), () -> {});
        await("a lag of 6", () -> isUnknownOr(6, source.lag()));
        source.acknowledge(recorder.got().subList(4, 10), () -> {});
        await("no lag", () -> isUnknownOr(0, source.lag()));
    }

    private static boolean isUnknownOr(long expected, OptionalLong lag) {
        return lag.isEmpty() || lag.getAsLong() == expected;
    }

    @Test
    public void g11_closingTwiceIsClosingOnce() {
        Source source = source();
        start(source);
        turn();
        source.close();
        source.close();
    }

    final Recorder start(Source source) {
        return start(source, CompletableFuture.completedFuture(null));
    }

    /** Starts {@code source} for a consumer whose deliveries come to their end when {@code drained} does. */
    final Recorder start(Source source, CompletionStage<Void> drained) {
        Recorder recorder = new Recorder(drained);
        started.add(source);
        source.start(recorder);
        return recorder;
    }

    /** As many as a source needs to take note of something. */
    final void turns() {
        for (int i = 0; i < 100; i++) {
            turn();
            LockSupport.parkNanos(this, PAUSE_NANOS);
        }
    }

    final void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + patience().toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - end)
                    .as("waited %s for %s", patience(), what)
                    .isNegative();
            turn();
            LockSupport.parkNanos(this, PAUSE_NANOS);
        }
    }

    static Message message(int number) {
        return Message.to("orders")
                .id("m" + number)
                .key("k")
                .type("Placed")
                .header("h", "v" + number)
                .text("x" + number);
    }

    static List<Message> messages(int from, int to) {
        List<Message> messages = new ArrayList<>();
        for (int i = from; i <= to; i++) {
            messages.add(message(i));
        }
        return messages;
    }

    static List<String> ids(int from, int to) {
        return messages(from, to).stream().map(Message::id).toList();
    }
}
