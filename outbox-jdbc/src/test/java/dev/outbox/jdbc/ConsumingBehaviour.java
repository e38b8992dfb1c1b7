package dev.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outbox.Message;
import dev.outbox.MessageHandler;
import dev.outbox.consumer.Consumer;
import dev.outbox.consumer.ConsumerBuilder;
import dev.outbox.consumer.ConsumerOptions;
import dev.outbox.consumer.Semantics;
import dev.outbox.retry.RetryPolicy;
import dev.outbox.spi.DeadLetterQuery;
import dev.outbox.spi.DeadReason;
import dev.outbox.testkit.InMemorySource;
import dev.outbox.testkit.InMemoryTopic;
import dev.outbox.testkit.ManualClock;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every database has to show when it is the store and the inbox of consumers. */
abstract class ConsumingBehaviour {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String NAME = "payment";

    private final List<InMemorySource> sources = new ArrayList<>();
    private final List<Consumer> consumers = new ArrayList<>();
    private final List<String> handled = new CopyOnWriteArrayList<>();
    private InMemoryTopic topic = new InMemoryTopic(InstantSource.system(), 3);
    JdbcOutbox outbox;

    abstract TestDatabase database();

    @BeforeEach
    void createTables() {
        outbox = database().outbox();
        database().execute("CREATE TABLE " + database().table("effect") + " (message_id varchar(255) NOT NULL)");
    }

    @AfterEach
    void closeAll() {
        consumers.forEach(Consumer::close);
    }

    private ConsumerBuilder consumer(MessageHandler handler) {
        InMemorySource source = topic.source(NAME);
        sources.add(source);
        return Consumer.of(source, NAME)
                .handler(handler)
                .retry(RetryPolicy.fixed(Duration.ofMillis(10)).maxAttempts(6))
                .options(ConsumerOptions.defaults()
                        .memoryRetries(0, Duration.ZERO)
                        .poll(Duration.ofMillis(5), Duration.ofMillis(50)))
                .store(outbox.deliveries());
    }

    private Consumer started(ConsumerBuilder builder) {
        Consumer consumer = builder.start();
        consumers.add(consumer);
        return consumer;
    }

    private void write(Message message, Connection tx) throws SQLException {
        try (PreparedStatement insert =
                tx.prepareStatement("INSERT INTO " + database().table("effect") + " VALUES (?)")) {
            insert.setString(1, message.id());
            insert.executeUpdate();
        }
    }

    private void append(String id, String key) {
        topic.append(Message.to("orders").id(id).key(key).text(id));
    }

    @Test
    void g8_severalConsumersOfANameAndRestartsTryAsOftenAsThePolicySaysAndNotOnceMore() {
        ConcurrentMap<String, AtomicInteger> attempts = new ConcurrentHashMap<>();
        List<String> numbers = new CopyOnWriteArrayList<>();
        MessageHandler failing = delivery -> {
            String id = delivery.message().id();
            attempts.computeIfAbsent(id, i -> new AtomicInteger()).incrementAndGet();
            numbers.add(id + "#" + delivery.attempt());
            throw new IllegalStateException("always");
        };
        Consumer first = started(consumer(failing).instance("one"));
        started(consumer(failing));
        started(consumer(failing));
        for (int i = 0; i < 12; i++) {
            append("m" + i, "k" + i);
        }
        await("the first attempts", () -> attempts.size() == 12);
        first.close();
        started(consumer(failing).instance("one"));
        await("12 dead letters", () -> outbox.deadLetters().count(DeadLetterQuery.all()) == 12);
        await("everything is acknowledged", () -> topic.lag(NAME) == 0);
        assertThat(attempts.values()).allMatch(count -> count.get() == 6);
        assertThat(numbers).doesNotHaveDuplicates().contains("m0#1", "m0#6");
        assertThat(outbox.deadLetters().list(DeadLetterQuery.all())).allMatch(letter -> letter.attempts() == 6);
    }

    @Test
    void g6_effectsHappenOnceWhileTheInboxIsPruned() {
        JdbcInbox inbox = outbox.inbox();
        started(consumer(inbox.idempotent(this::write)).semantics(Semantics.EFFECTIVELY_ONCE));
        started(consumer(inbox.idempotent(this::write)).semantics(Semantics.EFFECTIVELY_ONCE));
        for (int i = 0; i < 300; i++) {
            append("old" + i, "k" + i % 7);
        }
        await("300 effects", () -> database().count("effect") == 300);
        database()
                .execute("UPDATE " + database().table("inbox_message") + " SET handled_at = "
                        + database().time("2020-01-02 03:04:05"));
        for (int i = 0; i < 300; i++) {
            append("m" + i, "k" + i % 7);
            append("m" + i, "k" + i % 7);
        }
        int pruned = 0;
        while (topic.lag(NAME) > 0) {
            sources.forEach(InMemorySource::poll);
            pruned += inbox.prune(Duration.ofMinutes(1));
            LockSupport.parkNanos(this, Duration.ofMillis(1).toNanos());
        }
        assertThat(pruned).isEqualTo(300);
        assertThat(database().count("effect")).isEqualTo(600);
        assertThat(inbox.prune(Duration.ZERO)).isEqualTo(300);
    }

    @Test
    void g6_whatIsStaleIsADeadLetterAndItsRedriveIsHandled() {
        ManualClock brokerClock = new ManualClock();
        topic = new InMemoryTopic(brokerClock, 3);
        append("old", "k");
        brokerClock.advance(Duration.ofHours(3));
        append("new", "k");
        Duration stale = Duration.ofHours(2);
        Consumer consumer = started(consumer(outbox.inbox().idempotent((message, tx) -> {
                    write(message, tx);
                    handled.add(message.id());
                }))
                .clock(brokerClock)
                .options(ConsumerOptions.defaults()
                        .staleAfter(stale)
                        .poll(Duration.ofMillis(5), Duration.ofMillis(50))));
        await("a dead letter", () -> outbox.deadLetters().count(DeadLetterQuery.all()) == 1);
        await("the other", () -> handled.contains("new"));
        await("everything is acknowledged", () -> topic.lag(NAME) == 0);
        assertThat(outbox.deadLetters().list(DeadLetterQuery.all()))
                .singleElement()
                .satisfies(letter -> assertThat(letter.reason()).isEqualTo(DeadReason.STALE))
                .satisfies(letter -> assertThat(letter.message().id()).isEqualTo("old"));
        assertThat(outbox.deadLetters().redrive(DeadLetterQuery.all())).isEqualTo(1);
        await("the redrive", () -> handled.contains("old"));
        await("its end", () -> consumer.statistics().handled() == 2);
        assertThat(outbox.deadLetters().count(DeadLetterQuery.all())).isZero();
        assertThat(database().count("effect")).isEqualTo(2);
    }

    @Test
    void g6_aDuplicateOfADeadLetterIsNotHandledAndARedriveIs() {
        List<String> fixed = new CopyOnWriteArrayList<>();
        started(consumer(outbox.inbox().idempotent((message, tx) -> {
            if (fixed.isEmpty()) {
                throw new IllegalStateException("not yet");
            }
            write(message, tx);
        })));
        append("m", "k");
        await("a dead letter", () -> outbox.deadLetters().count(DeadLetterQuery.all()) == 1);
        fixed.add("now");
        append("m", "k");
        await("the duplicate is acknowledged", () -> topic.lag(NAME) == 0);
        assertThat(database().count("effect")).isZero();
        outbox.deadLetters().redrive(DeadLetterQuery.all());
        await("the redrive", () -> database().count("effect") == 1);
    }

    @Test
    void g6_batchesInTheInboxHaveEachEffectOnceAndOneThatFailsIsFound() {
        JdbcInbox inbox = outbox.inbox();
        InMemorySource source = topic.source(NAME);
        sources.add(source);
        Consumer consumer = started(Consumer.of(source, NAME)
                .batchHandler(
                        inbox.idempotentBatch((messages, tx) -> {
                            for (Message message : messages) {
                                write(message, tx);
                                if (message.id().equals("m57")) {
                                    throw new IllegalStateException("the culprit");
                                }
                            }
                        }),
                        50,
                        Duration.ofMillis(20))
                .semantics(Semantics.EFFECTIVELY_ONCE)
                .retry(RetryPolicy.fixed(Duration.ofMillis(10)).maxAttempts(2))
                .store(outbox.deliveries()));
        for (int i = 0; i < 200; i++) {
            append("m" + i, "k" + i % 7);
            if (i % 3 == 0) {
                append("m" + i, "k" + i % 7);
            }
        }
        await("everything is acknowledged", () -> topic.lag(NAME) == 0);
        await("all effects", () -> database().count("effect") == 199);
        await("the dead letter", () -> consumer.statistics().dead() == 1);
        assertThat(database()
                        .number("SELECT count(DISTINCT message_id) FROM "
                                + database().table("effect")))
                .isEqualTo(199);
        assertThat(consumer.statistics().failed())
                .as("charged to the culprit and its duplicate alone")
                .isBetween(2L, 4L);
    }

    @Test
    void timesThatDoNotFitTheInboxAreRefused() {
        JdbcInbox inbox =
                JdbcInbox.on(database().dataSource(), database().options().inboxRetention(Duration.ofDays(1)));
        ConsumerBuilder builder = consumer(inbox.idempotent(this::write));
        assertThatThrownBy(() -> builder.options(ConsumerOptions.defaults().staleAfter(Duration.ofDays(1)))
                        .build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("staleAfter")
                .hasMessageContaining("PT24H")
                .hasMessageContaining("inboxRetention");
        builder.options(ConsumerOptions.defaults().staleAfter(Duration.ofHours(23)))
                .build()
                .close();
    }

    @Test
    void g7_whatAHandlerPublishesContinuesTheStoryOfItsMessage() {
        started(consumer(outbox.inbox()
                .idempotent((message, tx) ->
                        outbox.publish(tx, Message.to("paid").causedBy(message).text("y")))));
        topic.append(Message.to("orders")
                .id("m")
                .correlationId("process-7")
                .header("traceparent", "00-1-2-01")
                .text("x"));
        await("the message", () -> topic.lag(NAME) == 0);
        assertThat(
                        database()
                                .number(
                                        "SELECT count(*) FROM " + database().table("outbox_message")
                                                + " WHERE correlation_id = 'process-7' AND causation_id = 'm' AND headers LIKE '%00-1-2-01%'"))
                .isEqualTo(1);
    }

    private void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - end)
                    .as("waited %s for %s", PATIENCE, what)
                    .isNegative();
            sources.forEach(InMemorySource::poll);
            LockSupport.parkNanos(this, Duration.ofMillis(1).toNanos());
        }
    }
}
