package dev.outbox.internal.delivery;

import dev.outbox.spi.DeadReason;
import dev.outbox.spi.DeliveryStore;

/**
 * A delivery that is to become a dead letter.
 *
 * @param delivery what it was
 * @param origin where the broker has it, in the source's words; empty if that is not known any more
 * @param reason why
 * @param attempts failed attempts charged to it
 * @param error the last error, made harmless
 */
public record GivenUp(DeliveryStore.Delivery delivery, String origin, DeadReason reason, int attempts, String error) {}
