/**
 * Messages to named subscribers in the same process: {@link dev.outbox.inprocess.InProcessTransport}.
 *
 * <p>Each subscriber has its own attempts, its own order of keys and its own dead letters; what it cannot handle now waits for it in the
 * {@link dev.outbox.spi.DeliveryStore}, so that the others are not run again.
 */
@NullMarked
package dev.outbox.inprocess;

import org.jspecify.annotations.NullMarked;
