package dev.outbox.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outbox.Delivery;
import dev.outbox.Health;
import dev.outbox.Message;
import dev.outbox.MessageHandler;
import dev.outbox.retry.RetryPolicy;
import dev.outbox.spi.Backlog;
import dev.outbox.spi.DeadLetterQuery;
import dev.outbox.spi.DeliveryListener;
import dev.outbox.spi.Remembers;
import dev.outbox.testkit.InMemorySource;
import dev.outbox.testkit.InMemoryStore;
import dev.outbox.testkit.InMemoryTopic;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
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
    void itSaysWhatItHasDoneAndSees() {
        List<String> events = new CopyOnWriteArrayList<>();
        CountDownLatch end = new CountDownLatch(1);
        try (Consumer consumer = Consumer.of(source, "payment")
                .handler(delivery -> handle(delivery.message().id(), end))
                .retry(RetryPolicy.fixed(Duration.ofHours(1)).maxAttempts(3))
                .options(ConsumerOptions.defaults().buffer(3, 1_000))
                .listener(new Recording(events))
                .store(store)
                .start()) {
            topic.append(Message.to("orders").id("good").key("a").text("x"));
            topic.append(Message.to("orders").id("bad").key("b").text("x"));
            topic.append(Message.to("orders").id("behind").key("b").text("x"));
            await(
                    "two are parked",
                    () -> consumer.statistics().backlog().map(Backlog::parked).orElse(0L) == 2);
            topic.append(Message.to("orders").id("slow").key("c").text("x"));
            await("the slow one", () -> consumer.statistics().lag().orElse(-1) == 1);
            await("its age", () -> consumer.statistics().oldestUnfinished().isPresent());
            ConsumerStatistics seen = consumer.statistics();
            assertThat(seen.handled()).isEqualTo(1);
            assertThat(seen.failed()).isEqualTo(1);
            assertThat(seen.retries()).isEqualTo(1);
            assertThat(seen.parked()).isEqualTo(2);
            assertThat(seen.backlog()).contains(new Backlog(2, 1, 10_000));
            assertThat(seen.latencyP99()).isPositive().isGreaterThanOrEqualTo(seen.latencyP50());
            await(
                    "the rates",
                    () -> consumer.statistics().handledPerSecond() > 0
                            && consumer.statistics().failedPerSecond() > 0);
            assertThat(consumer.health()).isEqualTo(Health.up());
            for (int i = 0; i < 5; i++) {
                topic.append(Message.to("orders").id("queued" + i).key("c").text("x"));
            }
            await("the source is paused", () -> consumer.statistics().paused());
            end.countDown();
            await("everything else is acknowledged", () -> topic.lag("payment") == 0);
        }
        assertThat(events).contains("handled good", "failed bad", "retry bad", "paused", "resumed");
        assertThat(events.indexOf("paused")).isLessThan(events.indexOf("resumed"));
    }

    private static void handle(String id, CountDownLatch end) throws InterruptedException {
        if (id.equals("bad")) {
            throw new IllegalStateException("bad");
        }
        if (id.equals("slow")) {
            end.await();
        }
    }

    private record Recording(List<String> events) implements DeliveryListener {
        @Override
        public void onHandled(Delivery delivery) {
            events.add("handled " + delivery.message().id());
        }

        @Override
        public void onFailure(Delivery delivery, Throwable error) {
            events.add("failed " + delivery.message().id());
        }

        @Override
        public void onRetry(Delivery delivery, Duration delay, String error) {
            events.add("retry " + delivery.message().id());
        }

        @Override
        public void onSourcePaused() {
            events.add("paused");
        }

        @Override
        public void onSourceResumed() {
            events.add("resumed");
        }
    }

    @Test
    void itsHealthSaysInWordsWhatIsWrong() {
        List<String> events = new CopyOnWriteArrayList<>();
        FailingStore failing = new FailingStore(store);
        Consumer consumer = Consumer.of(source, "payment")
                .handler(delivery -> handle(delivery.message().id(), new CountDownLatch(0)))
                .retry(RetryPolicy.fixed(Duration.ofMillis(1)).maxAttempts(2))
                .listener(new DeliveryListener() {
                    @Override
                    public void onStoreFailure(String error) {
                        events.add(error);
                    }

                    @Override
                    public void onStoreWorks() {
                        events.add("works");
                    }
                })
                .store(failing.store)
                .build();
        assertThat(consumer.health()).isEqualTo(Health.down("it was not started"));
        consumer.start();
        assertThat(consumer.health()).isEqualTo(Health.up());
        failing.down = true;
        topic.append(Message.to("orders").id("one").key("a").text("x"));
        await("it is degraded", () -> consumer.health().status() == Health.Status.DEGRADED);
        assertThat(consumer.health().reason())
                .contains("The store of deliveries failed")
                .contains("it is down");
        failing.down = false;
        await("it is up again", () -> consumer.health().equals(Health.up()));
        topic.append(Message.to("orders").id("bad").key("b").text("x"));
        await("more fails than is handled", () -> consumer.health().reason().startsWith("more attempts fail"));
        consumer.close();
        assertThat(consumer.health()).isEqualTo(Health.down("it is closed"));
        assertThat(consumer.whenEnded().toCompletableFuture()).isCompletedWithValue(Consumer.State.CLOSED);
        assertThat(events).hasSize(2).last().isEqualTo("works");
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
    void g6_effectivelyOnceTakesAHandlerOfAnInboxAndNoOther() {
        ConsumerBuilder builder = Consumer.of(source, "payment").store(store).semantics(Semantics.EFFECTIVELY_ONCE);
        MessageHandler plain = delivery -> handled.add(delivery.message().id());
        Remembering remembering = new Remembering();
        assertThatThrownBy(() -> builder.handler(plain).build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("payment")
                .hasMessageContaining("has no inbox");
        assertThatThrownBy(() -> builder.handler(remembering::handle).build())
                .hasMessageContaining("not wrapped in another one");
        builder.handler(remembering).build().close();
    }

    @Test
    void g2_effectivelyOnceAcknowledgesAfterwards() {
        try (Consumer consumer = Consumer.of(source, "payment")
                .handler(new Remembering())
                .semantics(Semantics.EFFECTIVELY_ONCE)
                .store(store)
                .start()) {
            topic.append(Message.to("orders").id("m1").key("k").text("x"));
            await("the acknowledgement", () -> topic.lag("payment") == 0);
            assertThat(handled).containsExactly("m1 at lag 1");
            assertThat(consumer.statistics().handled()).isEqualTo(1);
        }
    }

    /** As an inbox makes them. */
    private final class Remembering implements MessageHandler, Remembers {
        @Override
        public void handle(Delivery delivery) {
            handled.add(delivery.message().id() + " at lag " + topic.lag("payment"));
        }

        @Override
        public Duration retention() {
            return Duration.ofDays(7);
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
        assertThatThrownBy(() -> Consumer.of(source, "pay\nment")).hasMessageContaining("control characters");
        assertThatThrownBy(() -> Consumer.of(source, "pay\uD800")).hasMessageContaining("lone surrogates");
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
