package dev.outbox.kafka;

import dev.outbox.Message;
import dev.outbox.spi.Sink;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What a source is made of once it has begun.
 *
 * @param settings the properties
 * @param topics what it reads
 * @param destinations those of the topics
 * @param start where a group begins
 * @param gapPolicy what becomes of a partition whose records are gone
 * @param drainTimeout how long handlers may run on when their partition is to go
 * @param clock when a group begins
 * @param assignments numbers the assignments of partitions
 * @param lag where others read how much is not finished
 * @param troubles what stands in its way
 * @param sink the consumer
 */
record SourceParts(
        ConsumerSettings settings,
        Topics topics,
        Destinations destinations,
        Start start,
        Gaps.Policy gapPolicy,
        Duration drainTimeout,
        InstantSource clock,
        LongSupplier assignments,
        Lag lag,
        Troubles troubles,
        Sink sink) {
    /** As logs call it. */
    static String name(ConsumerSettings settings) {
        return "Group " + settings.group() + " of Kafka at " + settings.servers();
    }

    String name() {
        return name(settings);
    }

    Message message(ConsumerRecord<byte[], byte[]> received) {
        return ReceivedRecord.message(received, destinations.of(received.topic()));
    }
}
