/**
 * Messages of a broker to a handler: {@link dev.outbox.consumer.Consumer}, over any {@link dev.outbox.spi.Source}.
 */
@NullMarked
package dev.outbox.consumer;

import org.jspecify.annotations.NullMarked;
