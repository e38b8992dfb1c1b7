package dev.outbox.spi;

import org.jspecify.annotations.Nullable;

/**
 * What a {@link Fetch} reads of one slot: rows above {@code floor}, in the order of their positions, until {@code limit} rows are chosen.
 *
 * <p>Rows in {@code (floor, cursor]} have been looked at before; only such as became visible late are new there. The limit does not apply to them. Rows above
 * {@code cursor} are read up to the limits.
 *
 * @param slot 0 to 63
 * @param floor every row at or below it is known to be held or gone
 * @param cursor at least {@code floor}
 * @param limit the most rows above {@code cursor} to choose; at least 1
 * @param destination choose rows of this destination alone, also if it is among the fetch's excluded ones; null chooses all that are not excluded
 * @param key choose rows of this key of {@code destination} alone, also if it is excluded; null unless {@code destination} is given
 */
public record Reader(
        int slot,
        long floor,
        long cursor,
        int limit,
        @Nullable String destination,
        @Nullable String key) {
    /** @throws IllegalArgumentException if {@code cursor} is below {@code floor}, {@code limit} below 1, or a key has no destination */
    public Reader {
        if (cursor < floor || limit < 1 || (key != null && destination == null)) {
            throw new IllegalArgumentException(
                    "reader of slot " + slot + " has floor " + floor + ", cursor " + cursor + ", limit " + limit
                            + (key == null ? "" : ", a key") + (destination == null ? "" : ", a destination"));
        }
    }
}
