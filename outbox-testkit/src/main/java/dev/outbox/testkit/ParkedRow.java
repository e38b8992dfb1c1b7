package dev.outbox.testkit;

import dev.outbox.spi.DueFetched;
import dev.outbox.spi.KeyRef;
import dev.outbox.spi.ParkReason;
import dev.outbox.spi.StoredMessage;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code outbox_parked}. Immutable: a change replaces the row.
 *
 * @param key its unit of order, or null
 * @param dueNanos when it is due, {@link #NEVER} while it waits behind another
 * @param firstFailedNanos when its first failure was charged; {@link #NEVER} when there was none
 */
record ParkedRow(
        StoredMessage stored,
        @Nullable KeyRef key,
        ParkReason reason,
        int attempts,
        long dueNanos,
        long firstFailedNanos,
        long lastDelayNanos,
        String error) {
    static final long NEVER = Long.MAX_VALUE;

    long position() {
        return stored.row().position();
    }

    /** The key that has to wait for this row, or null. */
    @Nullable
    KeyRef blockedKey() {
        return reason.blocks() ? key : null;
    }

    ParkedRow dueAt(long nanos) {
        return new ParkedRow(stored, key, reason, attempts, nanos, firstFailedNanos, lastDelayNanos, error);
    }

    DueFetched.Parked toParked(DatabaseClock clock) {
        long failedAgo = firstFailedNanos == NEVER ? 0 : clock.since(firstFailedNanos);
        return new DueFetched.Parked(stored, reason, attempts, failedAgo, lastDelayNanos);
    }
}
