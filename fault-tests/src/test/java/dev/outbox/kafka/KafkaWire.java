package dev.outbox.kafka;

import dev.outbox.Message;
import dev.outbox.spi.Outgoing;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The mapping of the transport to Kafka, opened for tests that feed it. */
public final class KafkaWire {
    private static final CloudEvents EVENTS = new CloudEvents("/fuzz");

    private KafkaWire() {}

    /** The message in a record. */
    public static Message read(ConsumerRecord<byte[], byte[]> received, String destination) {
        return ReceivedRecord.message(received, destination);
    }

    /** The record of a message. */
    public static ProducerRecord<byte[], byte[]> write(Outgoing outgoing, String topic) {
        return EVENTS.record(outgoing, topic);
    }
}
