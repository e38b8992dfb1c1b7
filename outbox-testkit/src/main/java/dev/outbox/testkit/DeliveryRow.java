package dev.outbox.testkit;

import dev.outbox.spi.DeliveryStore.Claimed;
import dev.outbox.spi.DeliveryStore.ConsumerKey;
import dev.outbox.spi.DeliveryStore.Delivery;
import dev.outbox.spi.KeyRef;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A row of {@code inbox_parked}. Changed only by {@link InMemoryDeliveries}. */
final class DeliveryRow {
    /** The due time of a row that waits behind another. */
    static final long NEVER = Long.MAX_VALUE;

    final long number;
    final Delivery delivery;
    final @Nullable ConsumerKey key;
    final long parkedNanos;
    int attempts;
    long dueNanos;
    long lastDelayNanos;
    String error = "";

    @Nullable
    String claimedBy;

    long claimedUntilNanos;
    /** How often a process ended while it had claimed this row, since it was handled to an end the last time. */
    int lapses;

    DeliveryRow(long number, Delivery delivery, long parkedNanos) {
        this.number = number;
        this.delivery = delivery;
        this.parkedNanos = parkedNanos;
        this.key = keyOf(delivery);
    }

    static @Nullable ConsumerKey keyOf(Delivery delivery) {
        return delivery.message()
                .key()
                .map(key -> new ConsumerKey(
                        delivery.consumer(), new KeyRef(delivery.message().destination(), key)))
                .orElse(null);
    }

    boolean isOf(Delivery other) {
        return isOf(other.consumer(), other.message().id());
    }

    boolean isOf(String consumer, String messageId) {
        return delivery.consumer().equals(consumer) && delivery.message().id().equals(messageId);
    }

    boolean isClaimed(long nowNanos) {
        return claimedBy != null && claimedUntilNanos > nowNanos;
    }

    /** Whether a claim of it ran out, or will be seen to have: it was neither given back nor ended. */
    boolean hasLapsed(long nowNanos) {
        return claimedBy != null && claimedUntilNanos <= nowNanos;
    }

    boolean isSuspect(long nowNanos) {
        return lapses > 0 || hasLapsed(nowNanos);
    }

    /** From the second lapse on each costs an attempt: the first may have been a neighbour's doing. */
    void claim(String instance, long untilNanos, long nowNanos) {
        if (hasLapsed(nowNanos)) {
            lapses++;
            attempts += lapses > 1 ? 1 : 0;
        }
        claimedBy = instance;
        claimedUntilNanos = untilNanos;
    }

    void unclaim() {
        claimedBy = null;
        claimedUntilNanos = 0;
    }

    void reschedule(int charged, Duration delay, long due, String lastError) {
        attempts = charged;
        lastDelayNanos = DatabaseClock.nanos(delay);
        dueNanos = due;
        error = lastError;
        lapses = 0;
        unclaim();
    }

    Claimed toClaimed(DatabaseClock clock) {
        return new Claimed(number, delivery, attempts, lapses > 0, clock.since(parkedNanos), lastDelayNanos);
    }
}
