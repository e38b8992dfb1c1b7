/**
 * Messages to and from RabbitMQ. {@link dev.outbox.rabbitmq.RabbitTransport} publishes; what it writes is CloudEvents 1.0 in binary mode, which consumers in any
 * language can read.
 */
@NullMarked
package dev.outbox.rabbitmq;

import org.jspecify.annotations.NullMarked;
