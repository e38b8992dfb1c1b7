package dev.outbox.internal.delivery;

import dev.outbox.Delivery;
import dev.outbox.spi.DeadReason;
import dev.outbox.spi.DeliveryListener;
import dev.outbox.spi.FailureText;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts, logs and tells the listener. The one guard around the listener: nothing it throws goes any further. */
final class Reports {
    private static final Logger LOG = LoggerFactory.getLogger(Reports.class);

    private final DeliveryListener listener;
    private boolean storeDown;

    Reports(DeliveryListener listener) {
        this.listener = listener;
    }

    void handled(Work work) {
        work.subscriber().counters().handled.increment();
        tell(() -> listener.onHandled(work.delivery()));
    }

    void failed(Work work, HandlerResult.Failed failure) {
        work.subscriber().counters().failed.increment();
        LOG.debug("An attempt of {} failed: {}", work, failure.text());
        tell(() -> listener.onFailure(work.delivery(), failure.error()));
    }

    void parked(Work work) {
        work.subscriber().counters().parked.increment();
    }

    void retried(Work work, Duration delay, String error) {
        tell(() -> listener.onRetry(work.delivery(), delay, error));
    }

    void dead(Work work, DeadReason reason, int attempts, String error) {
        work.subscriber().counters().dead.increment();
        LOG.warn("{} became a dead letter ({}) after {} attempts: {}", work, reason, attempts, error);
        Delivery delivery = work.delivery();
        tell(() -> listener.onDeadLetter(delivery, reason, attempts, error));
    }

    void storeFailed(RuntimeException failure) {
        if (storeDown) {
            return;
        }
        storeDown = true;
        String text = FailureText.of(failure);
        LOG.warn("The store of deliveries failed; what was tried is tried again: {}", text);
        tell(() -> listener.onStoreFailure(text));
    }

    void storeWorks() {
        if (storeDown) {
            storeDown = false;
            LOG.info("The store of deliveries works again");
        }
    }

    /** A mistake in our own code, or an executor that refuses work; the engine goes on. */
    void fault(String doing, Throwable error) {
        LOG.warn("{} failed", doing, error);
    }

    private static void tell(Runnable call) {
        try {
            call.run();
        } catch (Throwable thrown) {
            LOG.warn("The delivery listener threw", thrown);
        }
    }
}
