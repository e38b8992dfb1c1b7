package dev.outbox.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.GetResponse;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.outbox.Delivery;
import dev.outbox.Message;
import dev.outbox.consumer.Consumer;
import dev.outbox.jdbc.JdbcOutbox;
import dev.outbox.relay.Relay;
import dev.outbox.retry.RetryPolicy;
import dev.outbox.spi.DeadLetterQuery;
import dev.outbox.testservers.Database;
import dev.outbox.testservers.FaultyProxy;
import dev.outbox.testservers.PostgresServer;
import dev.outbox.testservers.RabbitServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A relay on PostgreSQL, RabbitMQ and a consumer, through connections that are cut, a channel that is closed, and a broker that is killed. */
@Timeout(300)
class RelayFaultIT {
    private static final Duration BOUND = Duration.ofSeconds(90);
    private static final int KEYS = 40;
    private static final int MESSAGES = 4_000;

    private RabbitServer server;
    private Database database;
    private HikariDataSource pool;
    private JdbcOutbox outbox;

    @BeforeEach
    void start() {
        server = RabbitServer.start();
        database = PostgresServer.shared().createDatabase();
        HikariConfig config = new HikariConfig();
        config.setDataSource(database.dataSource());
        config.setMaximumPoolSize(8);
        pool = new HikariDataSource(config);
        outbox = JdbcOutbox.on(pool);
        outbox.schema().apply();
    }

    @AfterEach
    void close() {
        pool.close();
        database.close();
        server.close();
    }

    @Test
    void g3_throughCutsAndAKilledBrokerEachKeyArrivesInOrderAndNothingIsCharged() {
        String queue = queue();
        try (FaultyProxy proxy = FaultyProxy.to(server.host(), server.port());
                RabbitTransport transport = RabbitTransport.with(Rabbit.settings(server, proxy.host(), proxy.port()))
                        .unavailableAfter(Duration.ofMillis(500))
                        .build();
                Relay relay = Relay.from(outbox.store()).to(transport).start()) {
            for (int part = 0; part < 4; part++) {
                publish(queue, part * MESSAGES / 4, (part + 1) * MESSAGES / 4);
                awaitConfirmed(relay, part * MESSAGES / 4 + 200);
                if (part == 2) {
                    server.kill();
                    server.restart();
                } else {
                    proxy.cut();
                }
            }
            awaitConfirmed(relay, MESSAGES);
            assertThat(relay.statistics().failures()).as("charged attempts").isZero();
            assertThat(outbox.deadLetters().count(DeadLetterQuery.all())).isZero();
        }
        assertFirstOccurrencesInOrder(queue);
    }

    private String queue() {
        try (Rabbit rabbit = Rabbit.of(server)) {
            String queue = rabbit.queue();
            server.keepDeclarations();
            return queue;
        }
    }

    private void publish(String queue, int from, int to) {
        List<Message> messages = new ArrayList<>();
        for (int i = from; i < to; i++) {
            messages.add(Message.to("/" + queue).key("key-" + i % KEYS).text(String.valueOf(i)));
        }
        try (Connection tx = pool.getConnection()) {
            tx.setAutoCommit(false);
            outbox.publish(tx, messages);
            tx.commit();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        outbox.committed();
    }

    private static void awaitConfirmed(Relay relay, int count) {
        Awaitility.await(count + " messages are confirmed")
                .atMost(BOUND)
                .pollInterval(Duration.ofMillis(2))
                .until(() -> relay.statistics().confirmed() >= count);
    }

    private void assertFirstOccurrencesInOrder(String queue) {
        Map<String, Integer> highest = new HashMap<>();
        Set<Integer> seen = ConcurrentHashMap.newKeySet();
        int duplicates = 0;
        try (Rabbit rabbit = Rabbit.of(server)) {
            for (GetResponse one : rabbit.take(queue)) {
                String key = one.getProps()
                        .getHeaders()
                        .get("cloudEvents_partitionkey")
                        .toString();
                int number = Integer.parseInt(new String(one.getBody(), StandardCharsets.UTF_8));
                if (seen.add(number)) {
                    assertThat(number).as(key).isGreaterThan(highest.getOrDefault(key, -1));
                    highest.put(key, number);
                } else {
                    duplicates++;
                }
            }
        }
        assertThat(seen).hasSize(MESSAGES);
        org.slf4j.LoggerFactory.getLogger(RelayFaultIT.class).info("{} duplicates", duplicates);
    }

    @Test
    void whatAConsumerGivesUpGoesToADeadLetterQueueAndKeepsItsHistory() throws IOException {
        String queue;
        String dead;
        try (Rabbit rabbit = Rabbit.of(server)) {
            dead = rabbit.quorumQueue();
            queue = rabbit.quorumQueue();
            String expiring = rabbit.queue(Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", queue));
            rabbit.channel()
                    .basicPublish(
                            "",
                            expiring,
                            new BasicProperties.Builder()
                                    .messageId("bad")
                                    .expiration("1")
                                    .build(),
                            "bad".getBytes(StandardCharsets.UTF_8));
            for (int i = 0; i < 20; i++) {
                rabbit.channel().basicPublish("", queue, null, "good".getBytes(StandardCharsets.UTF_8));
            }
        }
        Set<Object> handled = ConcurrentHashMap.newKeySet();
        RabbitSource source =
                RabbitSource.with(Rabbit.settings(server)).queues(queue).build();
        try (RabbitTransport transport =
                        RabbitTransport.with(Rabbit.settings(server)).build();
                Consumer consumer = Consumer.of(source, "payment")
                        .handler(delivery -> handle(delivery, handled))
                        .retry(RetryPolicy.fixed(Duration.ofMillis(20)).maxAttempts(3))
                        .deadLettersTo(transport, "/" + dead)
                        .start();
                Rabbit rabbit = Rabbit.of(server)) {
            Awaitility.await("20 are handled and 1 is dead")
                    .atMost(BOUND)
                    .until(() -> handled.size() == 20 && rabbit.count(dead) == 1);
            Awaitility.await("all is acknowledged")
                    .atMost(BOUND)
                    .until(() -> source.lag().orElse(-1) == 0);
            Message letter = rabbit.messages(dead, dead).get(0);
            assertThat(letter.id()).isEqualTo("bad");
            assertThat(letter.headers().asMap())
                    .containsEntry("dead-letter-consumer", "payment")
                    .containsEntry("dead-letter-attempts", "3")
                    .containsEntry("dead-letter-destination", queue);
            assertThat(letter.headers().get("x-death").orElseThrow()).contains("reason=expired");
            assertThat(consumer.statistics()).isNotNull();
        }
    }

    private static void handle(Delivery delivery, Set<Object> handled) {
        if (delivery.message().id().equals("bad")) {
            throw new IllegalStateException("always");
        }
        handled.add(delivery.message().id());
    }
}
