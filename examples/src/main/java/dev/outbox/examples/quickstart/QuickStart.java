package dev.outbox.examples.quickstart;

import dev.outbox.JsonCodec;
import dev.outbox.Message;
import dev.outbox.inprocess.InProcessTransport;
import dev.outbox.jdbc.JdbcOutbox;
import dev.outbox.relay.Relay;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;

/** Stores an order and tells shipping about it: both or neither, whatever crashes when. */
public final class QuickStart {
    record Order(String id, String customer) {}

    private static final CountDownLatch SHIPPED = new CountDownLatch(1);

    public static void main(String[] arguments) throws Exception {
        JdbcConnectionPool database =
                JdbcConnectionPool.create("jdbc:h2:file:./target/quickstart;WRITE_DELAY=0", "sa", "");
        database.setMaxConnections(1); // amid several transactions, a crash may leave half of one in H2
        createTables(database);
        JdbcOutbox outbox = JdbcOutbox.on(database);
        outbox.schema().apply(); // or hand outbox.schema().script() to Flyway or Liquibase

        InProcessTransport subscribers = InProcessTransport.over(outbox.deliveries())
                .subscribe("orders", "shipping", outbox.inbox().idempotent(QuickStart::ship))
                .start();
        try (Relay relay = Relay.from(outbox.store()).to(subscribers).start()) {
            System.out.println("relay " + relay.state());
            place(database, outbox, new Order(UUID.randomUUID().toString(), "Ada"));
            SHIPPED.await(10, TimeUnit.SECONDS);
        } finally {
            subscribers.close();
        }
    }

    /** The order and the message about it are one transaction. */
    static void place(DataSource database, JdbcOutbox outbox, Order order) throws SQLException {
        try (Connection tx = database.getConnection()) {
            tx.setAutoCommit(false);
            insert(tx, "INSERT INTO placed (id, customer) VALUES (?, ?)", order.id(), order.customer());
            outbox.publish(
                    tx, Message.to("orders").key(order.id()).type("OrderPlaced").json(order));
            tx.commit();
        }
        outbox.committed(); // wakes the relay at once; without it the relay finds the message at its next poll
    }

    /** What is written with {@code tx} happens once, however often the message comes. */
    static void ship(Message message, Connection tx) throws SQLException {
        Order order = JsonCodec.standard().decode(message.payload(), Order.class);
        insert(tx, "INSERT INTO shipped (id, customer) VALUES (?, ?)", order.id(), order.customer());
        System.out.println(message.type() + ": ship " + order.id() + " to " + order.customer());
        SHIPPED.countDown();
    }

    private static void insert(Connection tx, String sql, String id, String customer) throws SQLException {
        try (PreparedStatement statement = tx.prepareStatement(sql)) {
            statement.setString(1, id);
            statement.setString(2, customer);
            statement.executeUpdate();
        }
    }

    private static void createTables(DataSource database) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS placed (id VARCHAR(36) PRIMARY KEY, customer VARCHAR(100))");
            statement.execute("CREATE TABLE IF NOT EXISTS shipped (id VARCHAR(36) PRIMARY KEY, customer VARCHAR(100))");
        }
    }
}
