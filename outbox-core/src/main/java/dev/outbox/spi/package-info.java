/**
 * What a database and a broker have to offer: {@link dev.outbox.spi.OutboxStore}, {@link dev.outbox.spi.DeliveryStore}, {@link dev.outbox.spi.DeadLetters}
 * and {@link dev.outbox.spi.Transport}, with the values they exchange with the engines.
 *
 * <p>The contract suites of {@code outbox-testkit} hold every implementation to what is said here.
 */
@NullMarked
package dev.outbox.spi;

import org.jspecify.annotations.NullMarked;
