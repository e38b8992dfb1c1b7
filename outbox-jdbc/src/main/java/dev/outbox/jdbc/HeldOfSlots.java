package dev.outbox.jdbc;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A parameter of a query that is run for many slots: the positions that are held. It may stand for all of them, whichever slot is asked, or for those of the slot alone.
 *
 * @param slots those of the query, in its order
 * @param held positions by their slots
 */
record HeldOfSlots(List<Integer> slots, Map<Integer, Set<Long>> held) {
    Long[] all() {
        return held.values().stream().flatMap(Collection::stream).toArray(Long[]::new);
    }

    /** Those of the slot number {@code row} of the query. */
    Long[] of(int row) {
        return held.getOrDefault(slots.get(row), Set.of()).toArray(new Long[0]);
    }
}
