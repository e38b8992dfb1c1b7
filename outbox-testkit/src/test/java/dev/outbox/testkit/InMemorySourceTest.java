package dev.outbox.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.Message;
import dev.outbox.spi.Incoming;
import dev.outbox.spi.Sink;
import dev.outbox.spi.Source;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class InMemorySourceTest extends GroupSourceContract {
    private final InMemoryTopic topic = new InMemoryTopic(new ManualClock(), 2);
    private final List<InMemorySource> sources = new ArrayList<>();

    @Override
    protected Source source() {
        InMemorySource source = topic.source("payment");
        sources.add(source);
        return source;
    }

    @Override
    protected Source mortal() {
        return source();
    }

    @Override
    protected void kill(Source mortal) {
        InMemorySource killed = (InMemorySource) mortal;
        sources.remove(killed);
        topic.expel(killed);
    }

    @Override
    protected void append(Message message) {
        topic.append(message);
    }

    @Override
    protected void turn() {
        sources.forEach(InMemorySource::poll);
    }

    /** A consumer that finishes what is revoked when the test says so. */
    private static final class Slow implements Sink {
        final List<Incoming> got = new ArrayList<>();
        final List<String> lost = new ArrayList<>();
        final CompletableFuture<Void> drained = new CompletableFuture<>();

        @Override
        public String consumer() {
            return "slow";
        }

        @Override
        public void deliver(List<Incoming> batch) {
            got.addAll(batch);
        }

        @Override
        public CompletionStage<Void> revoke(Collection<String> groups) {
            return drained;
        }

        @Override
        public void lost(Collection<String> groups) {
            lost.addAll(groups);
        }
    }

    @Test
    void aPartitionChangesHandsOnlyWhenItsDeliveriesHaveEnded() {
        Slow one = new Slow();
        Slow two = new Slow();
        InMemorySource first = topic.source("payment");
        InMemorySource second = topic.source("payment");
        topic.append(Message.to("orders").id("a").text("a"));
        topic.append(Message.to("orders").id("b").text("b"));
        first.start(one);
        first.poll();
        second.start(two);
        first.poll();
        second.poll();
        assertThat(one.got).hasSize(2);
        assertThat(two.got).isEmpty();

        one.drained.complete(null);
        first.poll();
        second.poll();
        assertThat(two.got).extracting(Incoming::redelivered).containsExactly(false);
        assertThat(one.lost).isEmpty();
    }

    @Test
    void whatWasInFlightWhenAMemberWasTakenForDeadIsMarkedAndItsAcknowledgementsCountNoMore() {
        Slow one = new Slow();
        Slow two = new Slow();
        InMemorySource first = topic.source("payment");
        topic.append(Message.to("orders").id("a").text("a"));
        first.start(one);
        first.poll();
        topic.expel(first);
        InMemorySource second = topic.source("payment");
        second.start(two);
        second.poll();
        assertThat(two.got).extracting(Incoming::redelivered).containsExactly(true);

        first.acknowledge(one.got, () -> {});
        first.poll();
        assertThat(one.lost).containsExactly("0", "1");
        assertThat(topic.lag("payment")).isEqualTo(1);
    }
}
