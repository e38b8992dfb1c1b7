package dev.outbox.faults.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.outbox.Message;
import dev.outbox.inprocess.InProcessTransport;
import dev.outbox.jdbc.JdbcOutbox;
import dev.outbox.relay.Relay;
import dev.outbox.relay.RelayOptions;
import dev.outbox.testservers.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An application that has two connections in all: for four publishers, the relay, and two subscribers of up to eight deliveries at a time. */
@Timeout(300)
class PoolOfTwoFaultIT {
    private static final int PUBLISHERS = 4;
    private static final int MESSAGES = 300;
    private static final Duration BOUND = Duration.ofSeconds(90);

    private final Set<String> failedOnce = ConcurrentHashMap.newKeySet();

    @Test
    void g2_withAPoolOfTwoConnectionsEverythingProgresses() throws Exception {
        try (Cluster cluster = new Cluster(PostgresServer.shared());
                HikariDataSource two = poolOfTwo(cluster)) {
            cluster.execute("CREATE TABLE effect (number bigint GENERATED ALWAYS AS IDENTITY, subscriber text,"
                    + " message_id text, message_key text)");
            JdbcOutbox outbox = JdbcOutbox.on(two);
            long begun = System.nanoTime();
            List<String> published;
            try (InProcessTransport subscribers = subscribers(outbox);
                    Relay relay = Relay.from(outbox.store())
                            .options(RelayOptions.defaults().lease(Cluster.LEASE))
                            .to(subscribers)
                            .start()) {
                published = publish(outbox, two);
                await("all effects")
                        .atMost(BOUND)
                        .until(() -> cluster.ids("outbox_message").isEmpty()
                                && cluster.ids("inbox_parked").isEmpty());
                await("the relay has all slots")
                        .atMost(BOUND)
                        .until(() -> relay.statistics().slots() == 64);
            }
            long millis = Cluster.since(begun).toMillis();

            Cluster.report(
                    "pool of two: %d messages of %d publishers, %d effects in %d ms, %d failed once",
                    published.size(), PUBLISHERS, 2 * published.size(), millis, failedOnce.size());
            for (String subscriber : List.of("first", "second")) {
                assertThat(cluster.column("SELECT message_id FROM effect WHERE subscriber = '" + subscriber + "'"))
                        .containsExactlyInAnyOrderElementsOf(published);
            }
            assertThat(cluster.ids("outbox_dead_letter")).as("dead letters").isEmpty();
            assertKeysInOrder(cluster);
        }
    }

    private static HikariDataSource poolOfTwo(Cluster cluster) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(cluster.database.jdbcUrl());
        config.setUsername(cluster.database.user());
        config.setPassword(cluster.database.password());
        config.setMaximumPoolSize(2);
        return new HikariDataSource(config);
    }

    private InProcessTransport subscribers(JdbcOutbox outbox) {
        return InProcessTransport.over(outbox.deliveries())
                .subscribe(
                        Load.DESTINATION,
                        "first",
                        outbox.inbox().idempotent((message, tx) -> HaltingSubscriber.note("first", message, tx)))
                .subscribe(Load.DESTINATION, "second", outbox.inbox().idempotent(this::failOnceOrNote))
                .start();
    }

    /** One message in fifty fails the first time, and is parked for a second. */
    private void failOnceOrNote(Message message, Connection tx) throws SQLException {
        if (message.payload().size() % 50 == 0 && failedOnce.add(message.id())) {
            throw new IllegalStateException("fails the first time");
        }
        HaltingSubscriber.note("second", message, tx);
    }

    private List<String> publish(JdbcOutbox outbox, HikariDataSource pool) throws Exception {
        ExecutorService publishers = Executors.newFixedThreadPool(PUBLISHERS);
        try {
            List<Future<List<String>>> ends = new ArrayList<>();
            for (int publisher = 0; publisher < PUBLISHERS; publisher++) {
                int number = publisher;
                Callable<List<String>> task = () -> publishAll(number, outbox, pool);
                ends.add(publishers.submit(task));
            }
            List<String> published = new ArrayList<>();
            for (Future<List<String>> end : ends) {
                published.addAll(end.get(BOUND.toSeconds(), TimeUnit.SECONDS));
            }
            return published;
        } finally {
            publishers.shutdownNow();
        }
    }

    /** Each publisher has keys of its own, so that the order of its commits is the order of the keys. */
    private List<String> publishAll(int publisher, JdbcOutbox outbox, HikariDataSource pool) throws SQLException {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i++) {
            Message message = Load.message(publisher * 100 + i % 10, Load.EVENT, i);
            try (Connection tx = pool.getConnection()) {
                tx.setAutoCommit(false);
                outbox.publish(tx, message);
                tx.commit();
            }
            outbox.committed();
            ids.add(message.id());
        }
        return ids;
    }

    /** Ids ascend in the order in which a thread made its messages. */
    private static void assertKeysInOrder(Cluster cluster) throws SQLException {
        Set<String> keys =
                new HashSet<>(cluster.column("SELECT DISTINCT subscriber || ' ' || message_key FROM effect"));
        for (String key : keys) {
            List<String> ids = cluster.column("SELECT message_id FROM effect WHERE subscriber || ' ' || message_key = '"
                    + key + "' ORDER BY number");
            assertThat(ids)
                    .as("effects of %s, in the order of their commits", key)
                    .isSorted();
        }
    }
}
