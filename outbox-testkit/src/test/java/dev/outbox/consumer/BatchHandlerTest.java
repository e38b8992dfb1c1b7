package dev.outbox.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outbox.Delivery;
import dev.outbox.retry.RetryPolicy;
import dev.outbox.spi.DeadLetterQuery;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class BatchHandlerTest extends ConsumerFixture {
    private static final Duration LONG = Duration.ofSeconds(10);

    private final List<List<String>> batches = new CopyOnWriteArrayList<>();

    private ConsumerBuilder consumer(int most, Duration longestWait) {
        return Consumer.of(source, "payment")
                .batchHandler(this::handle, most, longestWait)
                .concurrency(1)
                .retry(RetryPolicy.fixed(Duration.ofMillis(5)).maxAttempts(3))
                .store(store);
    }

    private void handle(List<Delivery> batch) {
        List<String> ids =
                batch.stream().map(delivery -> delivery.message().id()).toList();
        batches.add(ids);
        if (ids.stream().anyMatch(id -> id.startsWith("bad"))) {
            throw new IllegalStateException("bad");
        }
        handled.addAll(ids);
    }

    @Test
    void g7_aBatchHoldsMessagesOfManyKeysAndRunsOfOneInOrder() {
        try (Consumer consumer = consumer(12, LONG).start()) {
            for (int i = 1; i <= 12; i++) {
                append("m" + i, "k" + i % 3);
            }
            await("everything is acknowledged", () -> topic.lag("payment") == 0);
            assertThat(batches).hasSize(1);
            for (int key = 0; key < 3; key++) {
                int residue = key;
                assertThat(handled.stream()
                                .map(id -> Integer.parseInt(id.substring(1)))
                                .filter(number -> number % 3 == residue))
                        .hasSize(4)
                        .isSorted();
            }
            assertThat(consumer.statistics().handled()).isEqualTo(12);
        }
    }

    @Test
    void g12_aBatchIsNoLargerThanItMayBe() {
        try (Consumer consumer = consumer(5, Duration.ofMillis(20)).start()) {
            for (int i = 1; i <= 23; i++) {
                append("m" + i, "k");
            }
            await("everything is acknowledged", () -> topic.lag("payment") == 0);
            assertThat(consumer.state()).isEqualTo(Consumer.State.RUNNING);
        }
        assertThat(batches).allMatch(batch -> batch.size() <= 5).anyMatch(batch -> batch.size() == 5);
        assertThat(handled).hasSize(23);
        assertThat(handled.stream().map(id -> Integer.parseInt(id.substring(1))))
                .isSorted();
    }

    @Test
    void aBatchThatIsNotFullGoesWhenItsTimeIsUp() {
        try (Consumer consumer = consumer(100, Duration.ofMillis(50)).start()) {
            append("m1", "a");
            append("m2", "b");
            await("the messages", () -> consumer.statistics().handled() == 2);
            assertThat(batches).containsExactly(List.of("m1", "m2"));
        }
    }

    @Test
    void g8_whenABatchFailsOnlyTheCulpritIsChargedAndOnlyItsKeyIsHeldBack() {
        try (Consumer consumer = consumer(6, LONG).start()) {
            append("a1", "a");
            append("bad", "b");
            append("b2", "b");
            append("a2", "a");
            append("c1", "c");
            append("free", null);
            await("a dead letter", () -> consumer.statistics().dead() == 1);
            await("everything is acknowledged", () -> topic.lag("payment") == 0);
            await("what waited behind it", () -> handled.contains("b2"));
            assertThat(batches.get(0)).hasSize(6);
            assertThat(handled).containsExactlyInAnyOrder("a1", "a2", "b2", "c1", "free");
            assertThat(handled.indexOf("a1")).isLessThan(handled.indexOf("a2"));
            assertThat(consumer.statistics().failed()).isEqualTo(3);
            assertThat(store.list(DeadLetterQuery.all()))
                    .singleElement()
                    .satisfies(letter -> assertThat(letter.message().id()).isEqualTo("bad"))
                    .satisfies(letter -> assertThat(letter.attempts()).isEqualTo(3));
        }
    }

    @Test
    void whatContradictsItselfIsNamed() {
        assertThatThrownBy(() -> consumer(0, LONG)).hasMessageContaining("0 messages");
        assertThatThrownBy(() -> consumer(1, LONG.plusNanos(1))).hasMessageContaining("PT10");
        assertThatThrownBy(() -> consumer(10, LONG)
                        .options(ConsumerOptions.defaults().buffer(9, 1_000))
                        .build())
                .hasMessageContaining("10 messages")
                .hasMessageContaining("bufferCount of 9");
        assertThatThrownBy(() ->
                        consumer(10, LONG).semantics(Semantics.AT_MOST_ONCE).build())
                .hasMessageContaining("at most once");
    }
}
