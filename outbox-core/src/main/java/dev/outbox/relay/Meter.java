package dev.outbox.relay;

import dev.outbox.Message;
import dev.outbox.internal.figures.Histogram;
import dev.outbox.spi.DeadReason;
import dev.outbox.spi.StoredMessage;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts, and tells the listener and the log. Written by the engine's thread alone; others read the volatile counters.
 */
final class Meter {
    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);
    private static final long RATE_WINDOW_NANOS = Duration.ofSeconds(10).toNanos();

    private final RelayListener listener;
    private final Histogram latency = new Histogram();
    private final LongAdder confirmed = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final LongAdder dead = new LongAdder();
    private volatile double confirmedPerSecond;
    private volatile double failuresPerSecond;
    private volatile int slots;
    private long windowStartNanos;
    private long confirmedAtStart;
    private long failuresAtStart;
    private boolean windowOpen;
    private volatile @Nullable String storeError;
    private final Set<String> unavailable = ConcurrentHashMap.newKeySet();

    Meter(RelayListener listener) {
        this.listener = listener;
    }

    void confirmed(StoredMessage stored, InstantSource wallClock) {
        long millis = Math.max(0, wallClock.millis() - stored.createdAt().toEpochMilli());
        latency.record(millis * 1_000);
        confirmed.increment();
        if (listener != RelayListener.NONE) {
            tell(l -> l.onConfirmed(stored.message(), Duration.ofMillis(millis)));
        }
    }

    void failed() {
        failures.increment();
    }

    void retry(Message message, int attempts, Duration delay, String error) {
        LOG.debug("{} failed, attempt {}, next in {}: {}", message, attempts, delay, error);
        tell(l -> l.onRetry(message, attempts, delay, error));
    }

    void dead(Message message, DeadReason reason, int attempts, String error) {
        dead.increment();
        LOG.warn("{} became a dead letter ({}) after {} attempts: {}", message, reason, attempts, error);
        tell(l -> l.onDeadLetter(message, reason, attempts, error));
    }

    void unavailable(String destination, Duration delay, String error) {
        LOG.warn("destination {} is unavailable, probing again in {} ms: {}", destination, delay.toMillis(), error);
        unavailable.add(destination);
        tell(l -> l.onUnavailable(destination, delay, error));
    }

    void available(String destination) {
        LOG.info("destination {} takes messages again", destination);
        unavailable.remove(destination);
        tell(l -> l.onAvailable(destination));
    }

    void slots(int owned) {
        if (owned != slots) {
            slots = owned;
            LOG.debug("owning {} slots", owned);
            tell(l -> l.onSlots(owned));
        }
    }

    void storeFailed(String error) {
        if (storeError == null) {
            storeError = error;
            LOG.warn("the store failed; trying again: {}", error);
            tell(l -> l.onStoreFailure(error));
        }
    }

    void storeWorks() {
        if (storeError != null) {
            storeError = null;
            LOG.info("the store works again");
        }
    }

    /** Renews the rates now and then. */
    void tick(long now) {
        if (!windowOpen) {
            windowOpen = true;
            windowStartNanos = now;
            return;
        }
        long elapsed = now - windowStartNanos;
        if (elapsed >= RATE_WINDOW_NANOS) {
            confirmedPerSecond = (confirmed.sum() - confirmedAtStart) * 1e9 / elapsed;
            failuresPerSecond = (failures.sum() - failuresAtStart) * 1e9 / elapsed;
            windowStartNanos = now;
            confirmedAtStart = confirmed.sum();
            failuresAtStart = failures.sum();
        }
    }

    private void tell(Consumer<RelayListener> event) {
        try {
            event.accept(listener);
        } catch (RuntimeException e) {
            LOG.warn("a listener failed", e);
        }
    }

    void state(Relay.State state) {
        tell(l -> l.onState(state));
    }

    long confirmed() {
        return confirmed.sum();
    }

    long failures() {
        return failures.sum();
    }

    long dead() {
        return dead.sum();
    }

    double confirmedPerSecond() {
        return confirmedPerSecond;
    }

    double failuresPerSecond() {
        return failuresPerSecond;
    }

    /** What the store said when it began to fail; null while it works. */
    @Nullable
    String storeError() {
        return storeError;
    }

    /** Destinations that take nothing at present, in the order of their names. */
    List<String> unavailable() {
        return unavailable.stream().sorted().toList();
    }

    int slots() {
        return slots;
    }

    Duration latency(double quantile) {
        return Duration.ofNanos(latency.quantile(quantile) * 1_000);
    }
}
