package dev.outbox.internal.delivery;

import dev.outbox.spi.DeadReason;
import dev.outbox.spi.DeliveryStore;
import dev.outbox.spi.Incoming;
import java.util.Optional;

/**
 * A delivery that is to become a dead letter.
 *
 * @param delivery what it was
 * @param incoming what the source has delivered and waits for; empty if the store has taken it over
 * @param origin where the broker has it, in the source's words; empty if that is not known any more
 * @param reason why
 * @param attempts failed attempts charged to it
 * @param error the last error, made harmless
 */
public record GivenUp(
        DeliveryStore.Delivery delivery,
        Optional<Incoming> incoming,
        String origin,
        DeadReason reason,
        int attempts,
        String error) {}
