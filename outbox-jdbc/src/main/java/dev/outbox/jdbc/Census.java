package dev.outbox.jdbc;

import dev.outbox.spi.DeadReason;
import dev.outbox.spi.ParkReason;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * How much stands in the tables, and why. Counting stops at a bound; what a table has beyond it is not looked at.
 *
 * @param pending messages in {@code outbox_message}
 * @param oldestPending the age of the oldest of them, by the database's clock
 * @param parked messages in {@code outbox_parked}, by the reason why they wait
 * @param waiting deliveries in {@code inbox_parked}, by consumer
 * @param dead dead letters, by reason
 * @param bound where counting stopped: a table of which so many were counted has at least so many
 */
public record Census(
        long pending,
        Optional<Duration> oldestPending,
        Map<ParkReason, Long> parked,
        Map<String, Long> waiting,
        Map<DeadReason, Long> dead,
        long bound) {
    /** Copies the maps. */
    public Census {
        parked = Map.copyOf(parked);
        waiting = Map.copyOf(waiting);
        dead = Map.copyOf(dead);
    }
}
