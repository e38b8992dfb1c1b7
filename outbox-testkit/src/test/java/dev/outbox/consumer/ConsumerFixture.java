package dev.outbox.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.Message;
import dev.outbox.testkit.InMemorySource;
import dev.outbox.testkit.InMemoryStore;
import dev.outbox.testkit.InMemoryTopic;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A topic with one group that reads it, and how to wait. */
abstract class ConsumerFixture {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    final InMemoryTopic topic = new InMemoryTopic(InstantSource.system(), 1);
    final InMemorySource source = topic.source("payment");
    final InMemoryStore store = new InMemoryStore(InstantSource.system());
    final List<String> handled = new CopyOnWriteArrayList<>();

    final void append(String id, String key) {
        topic.append(Message.to("orders").id(id).key(key).text(id));
    }

    final void await(String what, BooleanSupplier condition) {
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
