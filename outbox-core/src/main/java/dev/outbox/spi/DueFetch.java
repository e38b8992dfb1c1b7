package dev.outbox.spi;

import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A read of what is due in {@code outbox_parked}.
 *
 * @param slots the slots to look at
 * @param limit the most due rows to return; at least 1
 * @param followers the most rows to return with each due row that blocks its key: the rows parked behind it, in order; at least 0. A store
 *     may leave out those behind a row that has failed before, which will probably fail again
 * @param held positions that need not be returned as due rows, by their slots
 * @param maxBytes the sum of the payloads to load, in bytes; at least one due row is loaded all the same
 */
public record DueFetch(Set<Integer> slots, int limit, int followers, Map<Integer, Set<Long>> held, long maxBytes) {
    /** Copies the sets. */
    public DueFetch {
        slots = Set.copyOf(slots);
        Objects.requireNonNull(held, "held");
    }
}
