package dev.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.outbox.Health;
import dev.outbox.Message;
import dev.outbox.consumer.Consumer;
import dev.outbox.consumer.ConsumerOptions;
import dev.outbox.retry.RetryPolicy;
import dev.outbox.spi.DeadLetterQuery;
import dev.outbox.testkit.InMemorySource;
import dev.outbox.testkit.InMemoryTopic;
import dev.outbox.testservers.Database;
import dev.outbox.testservers.PostgresServer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The database of a consumer is killed while it works, and comes back. */
class PostgresCrashFaultIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String NAME = "payment";

    private final PostgresServer server = PostgresServer.start();
    private final Database database = server.createDatabase();
    private final HikariDataSource pool = pool();
    private final JdbcOutbox outbox =
            JdbcOutbox.on(pool, JdbcOptions.defaults().statementTimeout(Duration.ofSeconds(2)));
    private final InMemoryTopic topic = new InMemoryTopic(InstantSource.system(), 2);
    private final InMemorySource source = topic.source(NAME);

    private HikariDataSource pool() {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(database.jdbcUrl());
        config.setUsername(database.user());
        config.setPassword(database.password());
        config.setConnectionTimeout(1_000);
        config.setInitializationFailTimeout(-1);
        return new HikariDataSource(config);
    }

    @AfterEach
    void end() {
        pool.close();
        server.close();
    }

    @Test
    void g9_whileTheStoreOfDeadLettersIsDownNothingOfThemIsAcknowledgedAndNothingIsLost() {
        outbox.schema().apply();
        Set<String> handled = ConcurrentHashMap.newKeySet();
        try (Consumer consumer = Consumer.of(source, NAME)
                .handler(delivery -> {
                    if (delivery.message().id().startsWith("bad")) {
                        throw new IllegalArgumentException("permanent");
                    }
                    handled.add(delivery.message().id());
                })
                .retry(RetryPolicy.fixed(Duration.ofMillis(10)).permanent(IllegalArgumentException.class))
                .options(ConsumerOptions.defaults().closeTimeout(Duration.ofSeconds(1)))
                .store(outbox.deliveries())
                .start()) {
            append(0, 10);
            await("everything is acknowledged", () -> topic.lag(NAME) == 0);
            assertThat(outbox.deadLetters().count(DeadLetterQuery.all())).isEqualTo(10);

            server.kill();
            append(10, 20);
            await("it is degraded", () -> consumer.health().status() == Health.Status.DEGRADED);
            assertThat(topic.lag(NAME)).isEqualTo(20);

            server.restart();
            await("everything is acknowledged", () -> topic.lag(NAME) == 0);
            await("it is up", () -> consumer.health().equals(Health.up()));
            assertThat(outbox.deadLetters().list(DeadLetterQuery.all().limit(100)))
                    .extracting(letter -> letter.message().id())
                    .hasSize(20)
                    .doesNotHaveDuplicates();
            assertThat(handled).hasSize(20);
        }
    }

    private void append(int from, int to) {
        for (int i = from; i < to; i++) {
            topic.append(Message.to("orders").id("bad" + i).key("k" + i % 3).text("x"));
            topic.append(Message.to("orders").id("good" + i).key("k" + i % 3).text("x"));
        }
    }

    private void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - end)
                    .as("waited %s for %s", PATIENCE, what)
                    .isNegative();
            source.poll();
            LockSupport.parkNanos(this, Duration.ofMillis(2).toNanos());
        }
    }
}
