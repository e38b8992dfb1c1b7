package dev.outbox.benchmarks;

import dev.outbox.Message;
import dev.outbox.Payload;
import dev.outbox.jdbc.JdbcOutbox;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/** Business transactions a second, with no message, with one published by the library, and with the same row inserted by hand. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Threads(8)
@Fork(1)
@Warmup(iterations = 2, time = 5)
@Measurement(iterations = 5, time = 5)
public class PublishBenchmark {
    private static final String INSERT =
            "INSERT INTO minimum_message (id, destination, message_key, type, content_type, payload) VALUES (?, ?, ?, ?, ?, ?)";

    @Param({"POSTGRESQL", "H2"})
    String database;

    private BenchmarkDatabase open;
    private JdbcOutbox outbox;
    private Payload payload;

    /** Opens the database and creates the tables. */
    @Setup
    public void open() {
        open = BenchmarkDatabase.open(BenchmarkDatabase.Kind.valueOf(database));
        new MinimumTable(open);
        outbox = JdbcOutbox.on(open.pool());
        outbox.schema().apply();
        open.execute("CREATE TABLE business (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, amount int)");
        payload = Payload.of(new byte[1_024]);
    }

    /** Closes the database. */
    @TearDown
    public void close() {
        open.close();
    }

    /** The business transaction alone. */
    @Benchmark
    public void withoutMessage() throws SQLException {
        try (Connection tx = begin()) {
            tx.commit();
        }
    }

    /** The business transaction with one message. */
    @Benchmark
    public void published() throws SQLException {
        try (Connection tx = begin()) {
            outbox.publish(tx, message());
            tx.commit();
        }
    }

    /** The business transaction with ten messages in one call. */
    @Benchmark
    public void publishedTen() throws SQLException {
        try (Connection tx = begin()) {
            Message[] ten = new Message[10];
            java.util.Arrays.setAll(ten, i -> message());
            outbox.publish(tx, ten);
            tx.commit();
        }
    }

    /** The business transaction with the same row inserted by hand. */
    @Benchmark
    public void insertedByHand() throws SQLException {
        try (Connection tx = begin();
                PreparedStatement insert = tx.prepareStatement(INSERT)) {
            Message message = message();
            insert.setString(1, message.id());
            insert.setString(2, message.destination());
            insert.setString(3, message.key().orElse(null));
            insert.setString(4, message.type());
            insert.setString(5, message.contentType());
            insert.setBytes(6, message.payload().sharedBytes());
            insert.executeUpdate();
            tx.commit();
        }
    }

    private Message message() {
        return Message.to("orders")
                .key("customer-" + ThreadLocalRandom.current().nextInt(1_000))
                .type("OrderPlaced")
                .payload("application/octet-stream", payload);
    }

    private Connection begin() throws SQLException {
        Connection tx = open.pool().getConnection();
        tx.setAutoCommit(false);
        try (PreparedStatement insert = tx.prepareStatement("INSERT INTO business (amount) VALUES (?)")) {
            insert.setInt(1, 1);
            insert.executeUpdate();
        }
        return tx;
    }
}
