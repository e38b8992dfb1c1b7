package dev.outbox.spi;

import dev.outbox.Delivery;
import java.time.Duration;

/**
 * Observes the deliveries of a transport in this process or of a consumer. Every method does nothing unless overridden, is called on the engine's own thread, and must
 * return at once; what it throws is logged and has no further effect.
 */
public interface DeliveryListener {
    /** A listener that does nothing. */
    DeliveryListener NONE = new DeliveryListener() {};

    /** A handler finished {@code delivery}. */
    default void onHandled(Delivery delivery) {}

    /** The same, with the time from when the handler was handed to its executor until its end was seen. */
    default void onHandled(Delivery delivery, Duration took) {
        onHandled(delivery);
    }

    /** A handler threw {@code error}, an {@link Error} included; the attempt is charged. What follows is told by one of the next two. */
    default void onFailure(Delivery delivery, Throwable error) {}

    /** {@code delivery} stands in the store and comes again after {@code delay}. {@code error} is fit to be shown. */
    default void onRetry(Delivery delivery, Duration delay, String error) {}

    /** {@code delivery} was given up: its dead letter is stored. {@code error} is fit to be shown. */
    default void onDeadLetter(Delivery delivery, DeadReason reason, int attempts, String error) {}

    /** The store failed; what was tried is tried again. Called once until it works again. */
    default void onStoreFailure(String error) {}

    /** The store works again. */
    default void onStoreWorks() {}

    /** The source was told to pause, since the buffer is full. */
    default void onSourcePaused() {}

    /** The source was told to go on. */
    default void onSourceResumed() {}
}
