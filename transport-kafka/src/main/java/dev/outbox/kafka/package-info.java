/**
 * Messages to Kafka. {@link dev.outbox.kafka.KafkaTransport} is the front door; what it writes is CloudEvents 1.0 in binary mode, which consumers in any
 * language can read.
 */
@NullMarked
package dev.outbox.kafka;

import org.jspecify.annotations.NullMarked;
