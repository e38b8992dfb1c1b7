package dev.outbox.internal.delivery;

import dev.outbox.Delivery;
import dev.outbox.spi.DeadReason;
import dev.outbox.spi.DeliveryListener;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts, logs and tells the listener. The one guard around the listener: nothing it throws goes any further. */
final class Reports {
    private static final Logger LOG = LoggerFactory.getLogger(Reports.class);

    private final DeliveryListener listener;
    private final EngineClock clock;

    Reports(DeliveryListener listener, EngineClock clock) {
        this.listener = listener;
        this.clock = clock;
    }

    void handled(Work work) {
        long tookNanos = clock.nanos() - work.startedNanos();
        work.subscriber().counters().handled(tookNanos, clock.nanos());
        if (listener != DeliveryListener.NONE) {
            tell(() -> listener.onHandled(work.delivery(), Duration.ofNanos(tookNanos)));
        }
    }

    void failed(Work work, HandlerResult.Failed failure) {
        work.subscriber().counters().failed(clock.nanos());
        LOG.debug("An attempt of {} failed: {}", work, failure.text());
        tell(() -> listener.onFailure(work.delivery(), failure.error()));
    }

    void parked(Work work) {
        work.subscriber().counters().parked.increment();
    }

    void retried(Work work, Duration delay, String error) {
        work.subscriber().counters().retried.increment();
        tell(() -> listener.onRetry(work.delivery(), delay, error));
    }

    void dead(Work work, DeadReason reason, int attempts, String error) {
        work.subscriber().counters().dead.increment();
        LOG.warn("{} became a dead letter ({}) after {} attempts: {}", work, reason, attempts, error);
        Delivery delivery = work.delivery();
        tell(() -> listener.onDeadLetter(delivery, reason, attempts, error));
    }

    /** {@code text} is fit to be shown. */
    void storeFailed(String text) {
        tell(() -> listener.onStoreFailure(text));
    }

    void storeWorks() {
        tell(listener::onStoreWorks);
    }

    void sourcePaused(boolean paused) {
        tell(paused ? listener::onSourcePaused : listener::onSourceResumed);
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
