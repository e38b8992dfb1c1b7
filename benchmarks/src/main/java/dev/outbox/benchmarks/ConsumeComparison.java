package dev.outbox.benchmarks;

import dev.outbox.consumer.Consumer;
import dev.outbox.kafka.KafkaSource;
import dev.outbox.testkit.InMemoryStore;
import dev.outbox.testservers.KafkaServer;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A consumer of a Kafka topic, without an inbox, beside a plain loop that polls, handles and commits, in interleaved rounds over the same records. Arguments: the number of
 * rounds, the number of messages. The time is taken from the first message handled to the last.
 */
public final class ConsumeComparison {
    private static final int WARM_UP_ROUNDS = 4;
    private static final int PARTITIONS = 8;

    private ConsumeComparison() {}

    /** Runs the rounds and prints each, and the median of their ratios. */
    public static void main(String[] arguments) throws InterruptedException {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 7;
        int messages = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 100_000;
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true);
        try (KafkaServer server = KafkaServer.start()) {
            KafkaTopic topic = new KafkaTopic(server.bootstrapServers(), server.createTopic(PARTITIONS), messages);
            topic.fill();
            out.printf(Locale.ROOT, "%,d messages of 1 KB over 1,000 keys in %d partitions%n", messages, PARTITIONS);
            run(out, topic, rounds);
        }
    }

    private static void run(PrintStream out, KafkaTopic topic, int rounds) throws InterruptedException {
        List<Double> ratios = new ArrayList<>();
        for (int round = 1 - WARM_UP_ROUNDS; round <= rounds; round++) {
            boolean oursFirst = round % 2 == 0;
            double ours = oursFirst ? consumer(topic, "ours-" + round) : 0;
            double plain = plainLoop(topic, "plain-" + round);
            ours = oursFirst ? ours : consumer(topic, "ours-" + round);
            if (round > 0) {
                ratios.add(ours / plain);
                out.printf(
                        Locale.ROOT,
                        "round %d: consumer %,9.0f/s, plain loop %,9.0f/s, ratio %.2f%n",
                        round,
                        ours,
                        plain,
                        ours / plain);
            }
        }
        Collections.sort(ratios);
        out.printf(Locale.ROOT, "median ratio %.2f%n", ratios.get(ratios.size() / 2));
    }

    private static double consumer(KafkaTopic topic, String group) throws InterruptedException {
        Progressing progress = new Progressing(topic.messages());
        KafkaSource source =
                KafkaSource.from(topic.servers()).topics(topic.name()).build();
        Consumer consumer = Consumer.of(source, group)
                .handler(delivery -> progress.handled(1))
                .store(new InMemoryStore(InstantSource.system()))
                .concurrency(2)
                .start();
        try {
            return progress.rate();
        } finally {
            consumer.close();
        }
    }

    private static double plainLoop(KafkaTopic topic, String group) throws InterruptedException {
        Progressing progress = new Progressing(topic.messages());
        Map<String, Object> properties = Map.of(
                "bootstrap.servers",
                topic.servers(),
                "group.id",
                group,
                "enable.auto.commit",
                false,
                "auto.offset.reset",
                "earliest");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(topic.name()));
            while (!progress.isComplete()) {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofSeconds(1));
                for (ConsumerRecord<byte[], byte[]> record : records) {
                    progress.handled(record.value().length > 0 ? 1 : 0);
                }
                if (!records.isEmpty()) {
                    consumer.commitSync();
                }
            }
        }
        return progress.rate();
    }
}
