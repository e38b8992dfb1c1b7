package dev.outbox.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** An idempotent producer with large batches, and one callback for each record. */
final class KafkaSink implements MinimumSink {
    private final KafkaProducer<byte[], byte[]> producer;
    private final String topic;
    private final Attributes attributes;
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

    KafkaSink(String servers, String topic, Attributes attributes) {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                servers,
                "acks",
                "all",
                "enable.idempotence",
                true,
                "linger.ms",
                5,
                "batch.size",
                128 * 1024,
                "buffer.memory",
                64L << 20);
        this.producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        this.topic = topic;
        this.attributes = attributes;
        producer.partitionsFor(topic);
    }

    @Override
    public Sent send(List<MinimumTable.Row> batch) {
        CountDownLatch acknowledged = new CountDownLatch(batch.size());
        for (MinimumTable.Row row : batch) {
            Future<?> unused = producer.send(record(row), (written, failed) -> {
                failure.compareAndSet(null, failed);
                acknowledged.countDown();
            });
        }
        return () -> {
            if (!acknowledged.await(PATIENCE_SECONDS, TimeUnit.SECONDS) || failure.get() != null) {
                throw new IllegalStateException("Kafka has not taken a record", failure.get());
            }
        };
    }

    private ProducerRecord<byte[], byte[]> record(MinimumTable.Row row) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                topic, row.key().getBytes(UTF_8), row.payload().sharedBytes());
        if (attributes == Attributes.ALL) {
            Attributes.forEach(row, (name, value) -> add(record, "ce_" + name, value));
            add(record, "content-type", Attributes.CONTENT_TYPE);
        } else {
            add(record, "id", row.id());
            add(record, "type", row.type());
        }
        return record;
    }

    private static void add(ProducerRecord<byte[], byte[]> record, String name, String value) {
        record.headers().add(new RecordHeader(name, value.getBytes(UTF_8)));
    }

    @Override
    public void close() {
        producer.close();
    }
}
