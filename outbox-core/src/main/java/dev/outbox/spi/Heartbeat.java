package dev.outbox.spi;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A relay's sign of life.
 *
 * @param instance the relay's name; of all instances alive, only one bears it
 * @param lease how long what is renewed and acquired is held, by the database's clock, from now
 * @param renew the slots to renew, with the epoch at which they were acquired
 * @param acquire slots to acquire if they are free, expired, or held by {@code instance} itself
 * @param release slots to give up, with the epoch at which they were acquired
 */
public record Heartbeat(
        String instance, Duration lease, Map<Integer, Long> renew, Set<Integer> acquire, Map<Integer, Long> release) {
    /** Copies the collections. */
    public Heartbeat {
        Objects.requireNonNull(instance, "instance");
        Objects.requireNonNull(lease, "lease");
        renew = Map.copyOf(renew);
        acquire = Set.copyOf(acquire);
        release = Map.copyOf(release);
    }
}
