package dev.outbox.relay;

import dev.outbox.Message;
import dev.outbox.spi.DeadReason;
import java.time.Duration;

/**
 * Observes a relay. Every method does nothing unless overridden, is called on the relay's thread, and must return at once; what it throws is logged and has
 * no further effect.
 */
public interface RelayListener {
    /** A listener that does nothing. */
    RelayListener NONE = new RelayListener() {};

    /** The relay has another state. */
    default void onState(Relay.State state) {}

    /** The relay owns other slots than before. */
    default void onSlots(int owned) {}

    /** A destination has confirmed {@code message}. */
    default void onConfirmed(Message message, Duration sincePublished) {}

    /** An attempt failed and was charged; the next follows after {@code delay}. */
    default void onRetry(Message message, int attempts, Duration delay, String error) {}

    /** {@code message} was given up; it becomes a dead letter. */
    default void onDeadLetter(Message message, DeadReason reason, int attempts, String error) {}

    /** {@code destination} takes nothing at present; it is probed again after {@code delay}. Nothing is charged to its messages. */
    default void onUnavailable(String destination, Duration delay, String error) {}

    /** {@code destination} takes messages again. */
    default void onAvailable(String destination) {}

    /** The store failed; what was tried is tried again. Called once until it works again. */
    default void onStoreFailure(String error) {}
}
