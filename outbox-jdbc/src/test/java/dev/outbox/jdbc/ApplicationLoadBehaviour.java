package dev.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.Message;
import dev.outbox.inprocess.InProcessTransport;
import dev.outbox.relay.Relay;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Eight publishers with transactions as an application has them, two relays and a consumer with an inbox, all on one database. 15 seconds; {@code -Dapplication.load.seconds=300}
 * takes five minutes.
 */
abstract class ApplicationLoadBehaviour {
    private static final int PUBLISHERS = 8;
    private static final int KEYS = 6;
    private static final long SECONDS = Long.getLong("application.load.seconds", 15);

    private final ExecutorService threads = Executors.newFixedThreadPool(PUBLISHERS);
    private final AtomicInteger ended = new AtomicInteger();

    abstract TestDatabase database();

    /** The application's own pool. */
    abstract DataSource application();

    /** How many of the application's transactions the database ended although nobody touches the same rows, or fewer where that is what its isolation level does. */
    abstract void checkEnded(int transactions);

    @AfterEach
    void endThreads() throws InterruptedException {
        threads.shutdownNow();
        assertThat(threads.awaitTermination(1, TimeUnit.MINUTES))
                .as("all publishers ended")
                .isTrue();
    }

    @Test
    void g1_g3_g6_theApplicationsTransactionsGoThroughNothingIsLostAndOrderIsKept() throws Exception {
        database().outbox();
        createTables();
        JdbcOutbox outbox = JdbcOutbox.on(application(), database().options());
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        List<Future<Map<String, Integer>>> running = new ArrayList<>();
        Map<String, Integer> published = new HashMap<>();
        try (InProcessTransport first = subscribers(outbox, "a");
                InProcessTransport second = subscribers(outbox, "b");
                Relay one = Relay.from(outbox.store()).to(first).name("a").start();
                Relay other = Relay.from(outbox.store()).to(second).name("b").start()) {
            for (int i = 0; i < PUBLISHERS; i++) {
                int publisher = i;
                running.add(threads.submit(() -> publish(outbox, publisher, end)));
            }
            for (Future<Map<String, Integer>> publisher : running) {
                published.putAll(publisher.get(SECONDS + 120, TimeUnit.SECONDS));
            }
            long total = published.values().stream().mapToInt(count -> count).sum();
            awaitEffects(total, one, other);
        }
        checkOrder(published);
        assertThat(database().count("outbox_dead_letter")).isZero();
        assertThat(database().count("outbox_message")).isZero();
        checkEnded(ended.get());
        long effects = database().count("effect");
        System.getLogger(getClass().getName())
                .log(System.Logger.Level.WARNING, effects + " messages, " + ended.get() + " transactions repeated");
    }

    private void createTables() {
        database()
                .execute("CREATE TABLE " + database().table("account")
                        + " (name varchar(20) PRIMARY KEY, orders integer NOT NULL)");
        database()
                .execute("CREATE TABLE " + database().table("effect") + " (ordinal " + identity()
                        + " PRIMARY KEY, name varchar(20) NOT NULL, nth integer NOT NULL)");
        for (int i = 0; i < PUBLISHERS; i++) {
            for (int key = 0; key < KEYS; key++) {
                database()
                        .execute("INSERT INTO " + database().table("account") + " VALUES ('" + name(i, key) + "', 0)");
            }
        }
    }

    abstract String identity();

    private static String name(int publisher, int key) {
        return "customer-" + publisher + "-" + key;
    }

    private InProcessTransport subscribers(JdbcOutbox outbox, String instance) {
        return InProcessTransport.over(outbox.deliveries())
                .subscribe("orders", "shipping", outbox.inbox().idempotent(this::ship))
                .instance(instance)
                .start();
    }

    private void ship(Message message, Connection tx) throws SQLException {
        try (PreparedStatement insert =
                tx.prepareStatement("INSERT INTO " + database().table("effect") + " (name, nth) VALUES (?, ?)")) {
            insert.setString(1, message.key().orElseThrow());
            insert.setInt(2, Integer.parseInt(message.headers().get("nth").orElseThrow()));
            insert.executeUpdate();
        }
    }

    private Map<String, Integer> publish(JdbcOutbox outbox, int publisher, long end) {
        Map<String, Integer> published = new HashMap<>();
        for (int i = 0; System.nanoTime() < end; i++) {
            String name = name(publisher, i % KEYS);
            int nth = published.getOrDefault(name, 0) + 1;
            if (order(outbox, name, nth)) {
                published.put(name, nth);
            } else {
                ended.incrementAndGet();
            }
        }
        return published;
    }

    /** Reads, changes and publishes; false if the database has ended the transaction. */
    private boolean order(JdbcOutbox outbox, String name, int nth) {
        try (Connection tx = application().getConnection()) {
            tx.setAutoCommit(false);
            try (Statement statement = tx.createStatement()) {
                statement.executeQuery(
                        "SELECT orders FROM " + database().table("account") + " WHERE name = '" + name + "'");
                statement.executeUpdate("UPDATE " + database().table("account") + " SET orders = " + nth
                        + " WHERE name = '" + name + "'");
                outbox.publish(
                        tx,
                        Message.to("orders")
                                .key(name)
                                .header("nth", String.valueOf(nth))
                                .text("order " + nth));
                tx.commit();
                return true;
            } catch (SQLException | RuntimeException failed) {
                tx.rollback();
                if (Failures.isElsewhere(failed)) {
                    return false;
                }
                throw failed;
            } finally {
                tx.setAutoCommit(true);
            }
        } catch (SQLException failed) {
            throw new IllegalStateException("publishing " + name, failed);
        }
    }

    private void awaitEffects(long total, Relay one, Relay other) {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
        while (database().count("effect") < total) {
            assertThat(System.nanoTime())
                    .as(() -> "all " + total + " messages have had their effect; relays say " + one.statistics()
                            + " and " + other.statistics())
                    .isLessThan(deadline);
            Passing.pass(Duration.ofMillis(100));
        }
    }

    private void checkOrder(Map<String, Integer> published) throws SQLException {
        Map<String, Integer> last = new HashMap<>();
        try (Connection connection = database().dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT name, nth FROM " + database().table("effect") + " ORDER BY ordinal")) {
            while (rows.next()) {
                String name = rows.getString(1);
                assertThat(rows.getInt(2)).as("the next effect of " + name).isEqualTo(last.getOrDefault(name, 0) + 1);
                last.put(name, rows.getInt(2));
            }
        }
        assertThat(last).isEqualTo(published);
    }
}
