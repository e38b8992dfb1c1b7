package dev.outbox.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outbox.Message;
import dev.outbox.consumer.Consumer;
import dev.outbox.consumer.Semantics;
import dev.outbox.jdbc.JdbcOutbox;
import dev.outbox.kafka.KafkaSource;
import dev.outbox.kafka.KafkaTransport;
import dev.outbox.relay.Relay;
import dev.outbox.retry.RetryPolicy;
import dev.outbox.testservers.KafkaServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The README's consumer, compiled and run: what is published in a transaction takes effect once behind Kafka. */
class ReadmeConsumerIT {
    private static final Path SOURCE = Path.of("src/test/java/dev/outbox/examples/docs/ReadmeConsumerIT.java");

    private final JdbcConnectionPool database =
            JdbcConnectionPool.create("jdbc:h2:mem:readme;DB_CLOSE_DELAY=-1", "sa", "");
    private final JdbcOutbox outbox = JdbcOutbox.on(database);

    @Test
    @Timeout(300)
    void g6_whatIsPublishedTakesEffectOnce() throws Exception {
        outbox.schema().apply();
        execute("CREATE TABLE payment (order_id VARCHAR(36))");
        try (KafkaServer server = KafkaServer.start()) {
            String topic = server.createTopic(3);
            try (KafkaTransport kafka =
                            KafkaTransport.to(server.bootstrapServers()).build();
                    Relay relay = Relay.from(outbox.store()).to(kafka).start()) {
                assertThat(relay.state()).isEqualTo(Relay.State.RUNNING);
                publish(topic);
                publish(topic);
                consume(server.bootstrapServers(), topic);
            }
        }
        database.dispose();
    }

    private void consume(String brokers, String topic) {
        // begin
        KafkaSource orders = KafkaSource.from(brokers).topics(topic).build();
        Consumer payments = Consumer.of(orders, "payment")
                .handler(outbox.inbox().idempotent(this::recordPayment))
                .semantics(Semantics.EFFECTIVELY_ONCE)
                .retry(RetryPolicy.exponential(Duration.ofMillis(200))
                        .cap(Duration.ofMinutes(1))
                        .maxAttempts(8))
                .store(outbox.deliveries()) // retries that take long, and dead letters
                .start();
        // end
        await("both copies")
                .atMost(Duration.ofSeconds(60))
                .until(() -> payments.statistics().handled() == 2);
        payments.close();
        assertThat(count()).isEqualTo(1);
    }

    /** The same message each time. */
    private void publish(String topic) throws SQLException {
        try (Connection tx = database.getConnection()) {
            tx.setAutoCommit(false);
            outbox.publish(tx, Message.to(topic).id("order-1").key("Ada").text("order-1"));
            tx.commit();
        }
        outbox.committed();
    }

    private void recordPayment(Message message, Connection tx) throws SQLException {
        try (PreparedStatement insert = tx.prepareStatement("INSERT INTO payment VALUES (?)")) {
            insert.setString(1, message.id());
            insert.executeUpdate();
        }
    }

    @Test
    void theReadmeShowsWhatRunsHere() throws Exception {
        String source = Files.readString(SOURCE);
        String snippet = source.substring(source.indexOf("// begin\n") + 9, source.indexOf("        // end\n"));
        assertThat(Files.readString(Path.of("../README.md")))
                .contains("```java\n" + snippet.indent(-8) + "payments.close();");
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private int count() {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM payment")) {
            row.next();
            return row.getInt(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
