package dev.outbox.faults.fuzz;

import dev.outbox.Message;
import dev.outbox.kafka.KafkaWire;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/** Records that anybody may have written to a topic: each is a message, the same each time it is read, and goes on to another topic as it is. */
final class KafkaRecords implements Target {
    private static final String TOPIC = "orders";

    @Override
    public String name() {
        return "kafka";
    }

    @Override
    public boolean feed(SplittableRandom random) {
        ConsumerRecord<byte[], byte[]> record = record(
                Math.abs(Hostile.number(random) / 2),
                Hostile.number(random),
                Hostile.once(random, 5) ? null : Hostile.bytes(random),
                Hostile.once(random, 8) ? null : Hostile.secretBytes(random),
                headers(random));
        Message message = KafkaWire.read(record, TOPIC);
        Promises.readable(message, TOPIC);
        Promises.same(message, KafkaWire.read(record, TOPIC));
        ProducerRecord<byte[], byte[]> sent = KafkaWire.write(Promises.outgoing(message), TOPIC);
        Promises.same(message, KafkaWire.read(record(1, 1, sent.key(), sent.value(), sent.headers()), TOPIC));
        return true;
    }

    private static ConsumerRecord<byte[], byte[]> record(
            long offset, long timestamp, byte[] key, byte[] value, Headers headers) {
        return new ConsumerRecord<>(
                TOPIC, 3, offset, timestamp, TimestampType.CREATE_TIME, 0, 0, key, value, headers, Optional.empty());
    }

    private static Headers headers(SplittableRandom random) {
        RecordHeaders headers = new RecordHeaders();
        for (int i = random.nextInt(Hostile.once(random, 50) ? 200 : 8); i > 0; i--) {
            String name = Attributes.name(random, "ce_");
            headers.add(new RecordHeader(name, Hostile.once(random, 10) ? null : Attributes.value(random, name)));
        }
        return headers;
    }
}
