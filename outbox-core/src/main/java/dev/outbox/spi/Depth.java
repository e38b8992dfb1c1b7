package dev.outbox.spi;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How much stands in the tables. Counting stops at a bound, so that a scrape costs the same with a thousand and with a million rows.
 *
 * @param pending rows of {@code outbox_message}
 * @param parked rows of {@code outbox_parked}
 * @param dead rows of {@code outbox_dead_letter}
 * @param oldestPending the age of the oldest row of {@code outbox_message}, by the database's clock; null when there is none
 * @param bound where counting stopped: a count equal to it means at least so many
 */
public record Depth(
        long pending, long parked, long dead, @Nullable Duration oldestPending, long bound) {}
