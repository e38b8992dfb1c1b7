package dev.outbox.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outbox.Health;
import dev.outbox.Message;
import dev.outbox.retry.RetryPolicy;
import dev.outbox.spi.DeadLetterQuery;
import dev.outbox.testkit.Answer;
import dev.outbox.testkit.InMemoryTransport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Dead letters that go to a topic, and consumers without a database. */
class DeadLetterChannelTest extends ConsumerFixture {
    private static final String DEAD = "orders.dead";

    private final InMemoryTransport transport = new InMemoryTransport();
    private final List<Integer> attempts = new CopyOnWriteArrayList<>();

    private ConsumerBuilder consumer() {
        return Consumer.of(source, "payment")
                .handler(delivery -> {
                    if (delivery.message().id().startsWith("bad")) {
                        attempts.add(delivery.attempt());
                        throw new IllegalStateException("bad \u0007 luck, password=hunter2");
                    }
                    handled.add(delivery.message().id());
                })
                .retry(RetryPolicy.fixed(Duration.ofMillis(20)).maxAttempts(4))
                .deadLettersTo(transport, DEAD);
    }

    @Test
    void g9_withoutAStoreWhatFailsIsRetriedInMemoryAndThenGoesToTheChannelWithWhereItComesFromAndWhy() {
        try (Consumer consumer = consumer().start()) {
            topic.append(Message.to("orders")
                    .id("bad")
                    .key("k")
                    .type("OrderPlaced")
                    .header("h", "v")
                    .correlationId("c")
                    .text("body"));
            append("behind", "k");
            append("other", "x");
            await("everything is acknowledged", () -> topic.lag("payment") == 0);
            assertThat(attempts).containsExactly(1, 2, 3, 4);
            assertThat(handled).containsExactlyInAnyOrder("other", "behind");
            assertThat(consumer.statistics().dead()).isEqualTo(1);
        }
        Message dead = transport.arrived(DEAD).get(0);
        assertThat(transport.arrived(DEAD)).hasSize(1);
        assertThat(dead.id()).isEqualTo("bad");
        assertThat(dead.key()).contains("k");
        assertThat(dead.type()).isEqualTo("OrderPlaced");
        assertThat(dead.correlationId()).contains("c");
        assertThat(dead.payload().toUtf8String()).isEqualTo("body");
        Map<String, String> headers = dead.headers().asMap();
        assertThat(headers)
                .containsEntry("h", "v")
                .containsEntry("dead-letter-consumer", "payment")
                .containsEntry("dead-letter-destination", "orders")
                .containsEntry("dead-letter-origin", "0 offset 0")
                .containsEntry("dead-letter-reason", "ATTEMPTS_EXHAUSTED")
                .containsEntry("dead-letter-attempts", "4")
                .containsKeys("dead-letter-created", "dead-letter-died");
        assertThat(headers.get("dead-letter-error")).contains("luck").doesNotContain("hunter2", "\u0007");
    }

    @Test
    void g2_whileTheChannelIsDownNothingOfItIsAcknowledgedAndAllGoesOnWhenItIsBack() {
        transport.script(sending -> Answer.unavailable());
        try (Consumer consumer = consumer().start()) {
            append("bad", "k");
            append("other", "x");
            await("it is degraded", () -> consumer.health().status() == Health.Status.DEGRADED);
            assertThat(consumer.health().reason())
                    .contains("The channel of dead letters failed")
                    .contains(DEAD);
            await("the other", () -> handled.contains("other"));
            assertThat(topic.lag("payment")).isEqualTo(2);
            assertThat(consumer.statistics().dead()).isZero();

            transport.script(sending -> Answer.confirm());
            await("everything is acknowledged", () -> topic.lag("payment") == 0);
            await("it is up", () -> consumer.health().equals(Health.up()));
            assertThat(transport.arrived(DEAD)).extracting(Message::id).containsExactly("bad");
            assertThat(attempts).hasSize(4);
        }
    }

    @Test
    void g9_anUnknownOutcomeIsNoConfirmation() {
        transport.next(
                message -> true, Answer.loseConfirmation(), Answer.fault(new IllegalStateException("a mistake")));
        try (Consumer consumer = consumer().start()) {
            append("bad", "k");
            await("everything is acknowledged", () -> topic.lag("payment") == 0);
            assertThat(transport.sent()).hasSize(3);
            assertThat(transport.arrived(DEAD)).extracting(Message::id).containsOnly("bad");
            assertThat(consumer.statistics().dead()).isEqualTo(1);
        }
    }

    @Test
    void aStoreMayKeepRetriesWhileDeadLettersGoToTheChannel() {
        try (Consumer consumer = consumer().store(store).start()) {
            append("bad", "k");
            append("behind", "k");
            await("a dead letter", () -> consumer.statistics().dead() == 1);
            await("what waited behind it", () -> handled.contains("behind"));
            await("everything is acknowledged", () -> topic.lag("payment") == 0);
            assertThat(consumer.statistics().parked()).isPositive();
            assertThat(attempts).containsExactly(1, 2, 3, 4);
        }
        assertThat(transport.arrived(DEAD)).extracting(Message::id).containsExactly("bad");
        assertThat(store.count(DeadLetterQuery.all())).isZero();
    }

    @Test
    void g11_aConsumerWithoutAStoreClosesWhileMessagesWaitAndTheyAreDeliveredAgain() {
        Consumer consumer = consumer()
                .retry(RetryPolicy.fixed(Duration.ofHours(1)).maxAttempts(4))
                .start();
        append("bad", "k");
        append("behind", "k");
        await("the first failure", () -> consumer.statistics().waiting() == 1);
        consumer.close();
        assertThat(consumer.state()).isEqualTo(Consumer.State.CLOSED);
        assertThat(topic.lag("payment")).isEqualTo(2);
    }

    @Test
    void g5_headersThatWouldNotFitGiveWayToThoseOfTheDeadLetter() {
        try (Consumer consumer = consumer().start()) {
            Message.Builder message = Message.to("orders").id("bad");
            for (int i = 0; i < 64; i++) {
                message.header("h" + i, "v");
            }
            topic.append(message.text("body"));
            await("everything is acknowledged", () -> topic.lag("payment") == 0);
            assertThat(consumer.statistics().dead()).isEqualTo(1);
        }
        assertThat(transport.arrived(DEAD).get(0).headers().asMap())
                .containsKey("dead-letter-reason")
                .doesNotContainKey("h0");
    }

    @Test
    void withoutAStoreAndWithoutAChannelItIsNotBuilt() {
        assertThatThrownBy(() ->
                        Consumer.of(source, "payment").handler(delivery -> {}).build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("has no store")
                .hasMessageContaining("deadLettersTo");
        assertThatThrownBy(() -> consumer().deadLettersTo(transport, "")).hasMessageContaining("dead letters");
    }
}
