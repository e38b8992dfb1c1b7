package dev.outbox.internal.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.Delivery;
import dev.outbox.Message;
import dev.outbox.retry.Jitter;
import dev.outbox.retry.RetryPolicy;
import dev.outbox.spi.DeadLetterQuery;
import dev.outbox.spi.DeliveryListener;
import dev.outbox.testkit.InMemorySource;
import dev.outbox.testkit.InMemoryStore;
import dev.outbox.testkit.InMemoryTopic;
import dev.outbox.testkit.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A policy of hours: the failing key waits in order, and the committed position moves on all the while. */
class HoursOfRetriesTest {
    private static final String NAME = "payment";
    private static final int MOST_IN_MEMORY = 50;
    private static final EngineOptions NUMBERS = new EngineOptions(
            Duration.ofSeconds(30),
            Duration.ofMinutes(1),
            Duration.ofMinutes(1),
            1_000,
            Duration.ofMillis(50),
            Duration.ofMinutes(1),
            Duration.ofSeconds(10));

    private final ManualClock clock = new ManualClock();
    private final InMemoryTopic topic = new InMemoryTopic(clock, 1);
    private final InMemorySource source = topic.source(NAME);
    private final InMemoryStore tables = new InMemoryStore(clock);
    private final HandExecutor executor = new HandExecutor();
    private final List<String> slow = new ArrayList<>();
    private final List<Integer> attempts = new ArrayList<>();
    private int others;

    private final ConsumerEngine engine = new ConsumerEngine(
            new EngineParts(
                    "one",
                    new Subscribers(List.of(new Subscriber(
                            Subscriber.ANY,
                            NAME,
                            this::handle,
                            RetryPolicy.fixed(Duration.ofHours(2))
                                    .jitter(Jitter.NONE)
                                    .maxAttempts(5),
                            8,
                            new Subscriber.Counters()))),
                    tables,
                    NUMBERS,
                    new SplittableRandom(1),
                    DeliveryListener.NONE,
                    subscribed -> executor,
                    executor),
            source,
            new SourceOptions(MOST_IN_MEMORY, 1_000_000, 1, Duration.ofSeconds(1), Optional.empty(), false),
            clock,
            () -> {});

    private void handle(Delivery delivery) {
        String id = delivery.message().id();
        if (id.equals("slow-0")) {
            attempts.add(delivery.attempt());
            if (delivery.attempt() < 5) {
                throw new IllegalStateException("the other side is closed for the night");
            }
        }
        if (id.startsWith("slow")) {
            slow.add(id);
        } else {
            others++;
        }
    }

    @Test
    void g7_messagesOfTheFailingKeyWaitInOrderForHoursWhileTheCommittedPositionMovesOn() {
        source.start(engine);
        for (int minute = 0; minute < 8 * 60; minute++) {
            topic.append(message("slow-" + minute, "failing"));
            topic.append(message("other-" + minute, "key" + minute % 7));
            pass(Duration.ofMinutes(1));
            assertThat(topic.lag(NAME)).as("after %d minutes", minute).isZero();
            assertThat(engine.figures().buffered()).isZero();
            assertThat(slow).isEmpty();
        }
        assertThat(others).isEqualTo(8 * 60);
        assertThat(attempts).containsExactly(1, 2, 3, 4);
        pass(Duration.ofMinutes(30));
        assertThat(attempts).containsExactly(1, 2, 3, 4, 5);
        assertThat(slow).hasSize(8 * 60);
        assertThat(slow.stream().map(id -> Integer.parseInt(id.substring("slow-".length()))))
                .isSorted();
        assertThat(tables.count(DeadLetterQuery.all())).isZero();
    }

    private static Message message(String id, String key) {
        return Message.to("orders").id(id).key(key).text(id);
    }

    private void pass(Duration time) {
        long end = clock.nanoTime() + time.toNanos();
        settle();
        while (clock.nanoTime() < end) {
            long idle = Math.max(1, engine.idleNanos(clock.nanoTime()));
            clock.advanceNanos(Math.min(idle, end - clock.nanoTime()));
            settle();
        }
        source.poll();
    }

    private void settle() {
        int done = 1;
        while (done > 0) {
            done = source.poll() + engine.step(clock.nanoTime()) + executor.runAll();
        }
    }
}
