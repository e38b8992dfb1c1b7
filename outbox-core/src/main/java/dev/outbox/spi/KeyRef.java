package dev.outbox.spi;

import java.util.Objects;

/**
 * A destination and a key of it: the unit of order.
 *
 * @param destination the destination
 * @param key the ordering key
 */
public record KeyRef(String destination, String key) {
    /** Checks for null. */
    public KeyRef {
        Objects.requireNonNull(destination, "destination");
        Objects.requireNonNull(key, "key");
    }

    /** Written out because the relay looks up several for each message. */
    @Override
    public boolean equals(Object other) {
        return other instanceof KeyRef that && key.equals(that.key) && destination.equals(that.destination);
    }

    @Override
    public int hashCode() {
        return 31 * key.hashCode() + destination.hashCode();
    }
}
