package dev.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outbox.Message;
import dev.outbox.consumer.Consumer;
import dev.outbox.publish.OutboxFullException;
import dev.outbox.publish.Pressure;
import dev.outbox.publish.PressureLimit;
import dev.outbox.testkit.InMemorySource;
import dev.outbox.testkit.InMemoryStore;
import dev.outbox.testkit.InMemoryTopic;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Publishing slows down while a consumer does not keep up. */
class PressureTest {
    @RegisterExtension
    final H2Database database = H2Database.inMemory();

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final InMemoryTopic topic = new InMemoryTopic(InstantSource.system(), 1);
    private final InMemorySource source = topic.source("payment");
    private final CountDownLatch end = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private Consumer consumer;

    @BeforeEach
    void fallBehind() {
        database.outbox();
        consumer = Consumer.of(source, "payment")
                .handler(delivery -> end.await())
                .store(InMemoryStore.create())
                .start();
        for (int i = 0; i < 11; i++) {
            topic.append(Message.to("orders").key("k").text("x"));
        }
        await("the consumer is behind", () -> consumer.lag().orElse(0) == 11);
    }

    @AfterEach
    void endAll() throws InterruptedException {
        end.countDown();
        consumer.close();
        threads.shutdown();
        assertThat(threads.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
    }

    private JdbcOutbox outbox(PressureLimit limit) {
        return JdbcOutbox.on(database.dataSource(), database.options().pressure(limit));
    }

    private static boolean publish(JdbcOutbox outbox, Message message) {
        return outbox.transaction(tx -> {
            outbox.publish(tx, message);
            return true;
        });
    }

    @Test
    void g1_aPublishThatWaitedIsStoredOnceTheConsumerHasCaughtUp() throws Exception {
        JdbcOutbox outbox = outbox(PressureLimit.block(Pressure.ofLag(consumer, 10), PATIENCE));
        Future<Boolean> published =
                threads.submit(() -> publish(outbox, Message.to("orders").text("x")));
        assertThatThrownBy(() -> published.get(100, TimeUnit.MILLISECONDS))
                .isInstanceOf(java.util.concurrent.TimeoutException.class);
        assertThat(database.count("outbox_message")).isZero();
        end.countDown();
        await("the publish", published::isDone);
        assertThat(published.get()).isTrue();
        assertThat(database.count("outbox_message")).isEqualTo(1);
    }

    @Test
    void g12_theWaitIsBoundedAndNothingOfARefusedPublishIsStored() {
        Pressure pressure = Pressure.ofLag(consumer, 10);
        for (PressureLimit limit : new PressureLimit[] {
            PressureLimit.block(pressure, Duration.ofMillis(30)),
            PressureLimit.refuse(pressure),
            PressureLimit.drop(pressure)
        }) {
            assertThatThrownBy(() -> publish(outbox(limit), Message.to("orders").text("x")))
                    .isInstanceOf(OutboxFullException.class)
                    .hasMessageContaining("payment has 11 messages to go and the limit is 10");
        }
        assertThat(database.count("outbox_message")).isZero();
    }

    @Test
    void whatIsDroppableIsDroppedAndCounted() {
        JdbcOutbox outbox = outbox(PressureLimit.drop(Pressure.ofLag(consumer, 10)));
        publish(outbox, Message.to("orders").droppable().text("x"));
        assertThat(outbox.dropped()).isEqualTo(1);
        assertThat(database.count("outbox_message")).isZero();
    }

    @Test
    void belowTheBoundNothingHappens() {
        publish(
                outbox(PressureLimit.refuse(Pressure.ofLag(consumer, 11))),
                Message.to("orders").text("x"));
        assertThat(database.count("outbox_message")).isEqualTo(1);
        assertThatThrownBy(() -> Pressure.ofLag(consumer, 0)).hasMessageContaining("0");
    }

    private void await(String what, BooleanSupplier condition) {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - until)
                    .as("waited %s for %s", PATIENCE, what)
                    .isNegative();
            source.poll();
            LockSupport.parkNanos(this, Duration.ofMillis(1).toNanos());
        }
    }
}
