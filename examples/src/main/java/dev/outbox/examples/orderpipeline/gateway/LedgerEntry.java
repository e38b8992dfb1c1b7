package dev.outbox.examples.orderpipeline.gateway;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One line of the gateway's ledger: what it did and answered, or would have answered.
 *
 * @param kind what was done
 * @param receipt the gateway's own number for it
 * @param key the idempotency key of the request; null when it had none
 * @param order the order it was for
 * @param cents the amount
 */
public record LedgerEntry(
        Kind kind, String receipt, @Nullable String key, String order, long cents) {
    /** What a gateway does. */
    public enum Kind {
        /** Money was taken. */
        CHARGE,
        /** No money was taken, and the same key will never take any. */
        DECLINE,
        /** Money was given back. */
        REFUND
    }

    /** The idempotency key, if there was one. */
    Optional<String> keyIfAny() {
        return Optional.ofNullable(key);
    }
}
