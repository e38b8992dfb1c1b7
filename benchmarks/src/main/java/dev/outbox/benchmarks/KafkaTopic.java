package dev.outbox.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A topic full of CloudEvents, to be read again and again by groups of their own. */
record KafkaTopic(String servers, String name, int messages) {
    private static final int KEYS = 1_000;
    private static final int PAYLOAD_BYTES = 1_024;

    /** Writes the messages. */
    void fill() {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", servers), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < messages; i++) {
                ProducerRecord<byte[], byte[]> record =
                        new ProducerRecord<>(name, ("key-" + i % KEYS).getBytes(UTF_8), new byte[PAYLOAD_BYTES]);
                header(record, "ce_specversion", "1.0");
                header(record, "ce_source", "outbox");
                header(record, "ce_id", "message-" + i);
                header(record, "ce_type", "OrderPlaced");
                header(record, "ce_time", "2026-01-02T03:04:05Z");
                header(record, "content-type", "application/json");
                Future<?> unused = producer.send(record);
            }
        }
    }

    private static void header(ProducerRecord<byte[], byte[]> record, String name, String value) {
        record.headers().add(name, value.getBytes(UTF_8));
    }
}
