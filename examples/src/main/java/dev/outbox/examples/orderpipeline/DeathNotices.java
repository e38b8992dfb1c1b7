package dev.outbox.examples.orderpipeline;

import dev.outbox.Delivery;
import dev.outbox.spi.DeadReason;
import dev.outbox.spi.DeliveryListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells of what a person has to look at. */
final class DeathNotices implements DeliveryListener {
    private static final Logger LOG = LoggerFactory.getLogger(DeathNotices.class);

    @Override
    public void onFailure(Delivery delivery, Throwable error) {
        LOG.debug("{} failed to handle {}", delivery.consumer(), delivery.message(), error);
    }

    @Override
    public void onDeadLetter(Delivery delivery, DeadReason reason, int attempts, String error) {
        LOG.error(
                "{} gave up {} of order {} after {} attempts: {}",
                delivery.consumer(),
                delivery.message().type(),
                delivery.message().key().orElse("?"),
                attempts,
                error);
    }
}
