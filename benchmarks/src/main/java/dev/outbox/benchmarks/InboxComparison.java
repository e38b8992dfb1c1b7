package dev.outbox.benchmarks;

import dev.outbox.Message;
import dev.outbox.consumer.Consumer;
import dev.outbox.consumer.ConsumerBuilder;
import dev.outbox.jdbc.JdbcInbox;
import dev.outbox.jdbc.JdbcOutbox;
import dev.outbox.kafka.KafkaSource;
import dev.outbox.testservers.KafkaServer;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A consumer of a Kafka topic whose handler writes a row a message, with the inbox on PostgreSQL: in batches of 100, beside message by message, in interleaved rounds
 * over the same records. Arguments: the number of rounds, the number of messages. The time is taken from the first message handled to the last.
 */
public final class InboxComparison {
    private static final int BATCH = 100;
    private static final int PARTITIONS = 8;
    private static final String EFFECT = "INSERT INTO effect (id, bytes) VALUES (?, ?)";

    private final KafkaTopic topic;
    private final BenchmarkDatabase database;
    private final JdbcOutbox outbox;
    private final JdbcInbox inbox;

    private InboxComparison(KafkaTopic topic, BenchmarkDatabase database) {
        this.topic = topic;
        this.database = database;
        this.outbox = JdbcOutbox.on(database.pool());
        this.inbox = JdbcInbox.on(database.pool());
    }

    /** Runs the rounds and prints each, and the median of their ratios. */
    public static void main(String[] arguments) throws InterruptedException {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5;
        int messages = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 20_000;
        try (KafkaServer server = KafkaServer.start();
                BenchmarkDatabase database = BenchmarkDatabase.open(BenchmarkDatabase.Kind.POSTGRESQL)) {
            KafkaTopic topic = new KafkaTopic(server.bootstrapServers(), server.createTopic(PARTITIONS), messages);
            topic.fill();
            InboxComparison comparison = new InboxComparison(topic, database);
            comparison.outbox.schema().apply();
            database.execute("CREATE TABLE effect (id text NOT NULL, bytes integer NOT NULL)");
            comparison.run(System.out, rounds);
        }
    }

    private void run(PrintStream out, int rounds) throws InterruptedException {
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round <= rounds; round++) {
            boolean batchesFirst = round % 2 == 0;
            double batches = batchesFirst ? inBatches("batches-" + round) : 0;
            double single = oneByOne("single-" + round);
            batches = batchesFirst ? batches : inBatches("batches-" + round);
            out.printf(
                    Locale.ROOT,
                    "%s: in batches of %d %,9.0f/s, one by one %,9.0f/s, ratio %.2f%n",
                    round == 0 ? "warm-up" : "round " + round,
                    BATCH,
                    batches,
                    single,
                    batches / single);
            if (round > 0) {
                ratios.add(batches / single);
            }
        }
        out.printf(
                Locale.ROOT,
                "median ratio %.2f%n",
                Latencies.median(ratios.stream().mapToDouble(ratio -> ratio)));
    }

    private double inBatches(String group) throws InterruptedException {
        Progressing progress = new Progressing(topic.messages());
        return measured(
                consumer(group)
                        .batchHandler(
                                inbox.idempotentBatch((messages, tx) -> write(messages, tx, progress)),
                                BATCH,
                                Duration.ofMillis(20)),
                progress);
    }

    private double oneByOne(String group) throws InterruptedException {
        Progressing progress = new Progressing(topic.messages());
        return measured(
                consumer(group).handler(inbox.idempotent((message, tx) -> write(List.of(message), tx, progress))),
                progress);
    }

    private ConsumerBuilder consumer(String group) {
        KafkaSource source =
                KafkaSource.from(topic.servers()).topics(topic.name()).build();
        return Consumer.of(source, group).store(outbox.deliveries());
    }

    private double measured(ConsumerBuilder builder, Progressing progress) throws InterruptedException {
        database.execute("TRUNCATE inbox_message, effect");
        database.settleDown();
        Consumer consumer = builder.start();
        try {
            return progress.rate();
        } finally {
            consumer.close();
        }
    }

    private static void write(List<Message> messages, Connection tx, Progressing progress) throws SQLException {
        try (PreparedStatement insert = tx.prepareStatement(EFFECT)) {
            for (Message message : messages) {
                insert.setString(1, message.id());
                insert.setInt(2, message.payload().size());
                insert.addBatch();
            }
            insert.executeBatch();
        }
        progress.handled(messages.size());
    }
}
