package dev.outbox.testkit;

import dev.outbox.spi.KeyRef;
import dev.outbox.spi.StoredMessage;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code outbox_message}.
 *
 * @param stored the message
 * @param key its unit of order, or null
 * @param scheduled whether its {@code notBefore} still counts: not after it was enqueued or redriven
 */
record PendingRow(StoredMessage stored, @Nullable KeyRef key, boolean scheduled) {
    static PendingRow of(StoredMessage stored, boolean scheduled) {
        return new PendingRow(stored, keyOf(stored), scheduled);
    }

    static @Nullable KeyRef keyOf(StoredMessage stored) {
        return stored.message()
                .key()
                .map(key -> new KeyRef(stored.message().destination(), key))
                .orElse(null);
    }

    long position() {
        return stored.row().position();
    }

    boolean isScheduled(long nowNanos) {
        return scheduled
                && stored.message().notBefore().isPresent()
                && DatabaseClock.nanos(stored.message().notBefore().get()) > nowNanos;
    }
}
