package dev.outbox.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outbox.Message;
import dev.outbox.retry.RetryPolicy;
import dev.outbox.spi.DeadLetterQuery;
import dev.outbox.testkit.InMemorySource;
import dev.outbox.testkit.InMemoryStore;
import dev.outbox.testkit.InMemoryTopic;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class ConsumerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final InMemoryTopic topic = new InMemoryTopic(InstantSource.system(), 4);
    private final InMemorySource source = topic.source("payment");
    private final InMemoryStore store = new InMemoryStore(InstantSource.system());
    private final List<String> handled = new CopyOnWriteArrayList<>();

    @Test
    void g7_messagesOfAKeyAreHandledInOrderAndAllAreAcknowledged() {
        try (Consumer consumer = Consumer.of(source, "payment")
                .handler(delivery -> handled.add(delivery.message().id()))
                .store(store)
                .start()) {
            for (int i = 1; i <= 200; i++) {
                topic.append(Message.to("orders").id("m" + i).key("k" + i % 5).text("x"));
            }
            await("everything is acknowledged", () -> topic.lag("payment") == 0);
            assertThat(handled).hasSize(200);
            for (int key = 0; key < 5; key++) {
                int residue = key;
                assertThat(handled.stream()
                                .map(id -> Integer.parseInt(id.substring(1)))
                                .filter(number -> number % 5 == residue))
                        .isSorted();
            }
            assertThat(consumer.statistics().handled()).isEqualTo(200);
            assertThat(consumer.state()).isEqualTo(Consumer.State.RUNNING);
        }
    }

    @Test
    void g9_whatAlwaysFailsBecomesADeadLetter() {
        try (Consumer consumer = Consumer.of(source, "payment")
                .handler(delivery -> {
                    throw new IllegalStateException("always");
                })
                .retry(RetryPolicy.fixed(Duration.ofMillis(5)).maxAttempts(3))
                .store(store)
                .start()) {
            topic.append(Message.to("orders").id("m1").key("k").text("x"));
            await("a dead letter", () -> store.count(DeadLetterQuery.all()) == 1);
            await("the count of it", () -> consumer.statistics().dead() == 1);
            assertThat(consumer.statistics().failed()).isEqualTo(3);
            await("the acknowledgement", () -> topic.lag("payment") == 0);
        }
    }

    @Test
    void g11_aClosedConsumerHasGivenItsPartitionsBackAndCannotBeStartedAgain() {
        Consumer consumer = Consumer.of(source, "payment")
                .handler(delivery -> handled.add(delivery.message().id()))
                .store(store)
                .start();
        consumer.close();
        consumer.close();
        assertThat(consumer.state()).isEqualTo(Consumer.State.CLOSED);
        topic.append(Message.to("orders").id("m1").text("x"));
        assertThat(source.poll()).isZero();
        assertThatThrownBy(consumer::start).hasMessageContaining("payment").hasMessageContaining("closed");
    }

    @Test
    void aConsumerThatWasNeverStartedCanBeClosed() {
        Consumer consumer = Consumer.of(source, "payment")
                .handler(delivery -> {})
                .store(store)
                .build();
        assertThat(consumer.state()).isEqualTo(Consumer.State.NEW);
        consumer.close();
        assertThat(consumer.state()).isEqualTo(Consumer.State.CLOSED);
    }

    @Test
    void atMostOnceAcknowledgesBeforeItHandles() {
        try (Consumer consumer = Consumer.of(source, "payment")
                .handler(delivery -> handled.add(delivery.message().id() + " at lag " + topic.lag("payment")))
                .semantics(Semantics.AT_MOST_ONCE)
                .store(store)
                .start()) {
            topic.append(Message.to("orders").id("m1").key("k").text("x"));
            await("the message", () -> consumer.statistics().handled() == 1);
            assertThat(handled).containsExactly("m1 at lag 0");
        }
    }

    @Test
    void whatIsMissingOrOutOfBoundsIsNamed() {
        assertThatThrownBy(() -> Consumer.of(source, "payment").store(store).build())
                .hasMessageContaining("has no handler");
        assertThatThrownBy(() ->
                        Consumer.of(source, "payment").handler(delivery -> {}).build())
                .hasMessageContaining("has no store");
        assertThatThrownBy(() -> Consumer.of(source, "")).hasMessageContaining("0 bytes");
        assertThatThrownBy(() -> Consumer.of(source, "payment").concurrency(0)).hasMessageContaining("concurrency 0");
        assertThatThrownBy(() -> ConsumerOptions.defaults().buffer(0, 1)).hasMessageContaining("bufferCount 0");
        assertThatThrownBy(() -> ConsumerOptions.defaults().poll(Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .hasMessageContaining("PT1S")
                .hasMessageContaining("PT2S");
    }

    private void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - end)
                    .as("waited %s for %s", PATIENCE, what)
                    .isNegative();
            source.poll();
            LockSupport.parkNanos(this, Duration.ofMillis(1).toNanos());
        }
    }
}
