package dev.outbox.spi;

import org.jspecify.annotations.Nullable;

/**
 * One row of the outbox. A store finds it by slot and position and MUST also compare the id: positions may come again after a restore or a failover, and
 * the delete of one message must never remove another.
 *
 * @param slot 0 to 63
 * @param position the order in which the database took the rows; unique over {@code outbox_message} and {@code outbox_parked}
 * @param id the message's id
 * @param place where the store that read the row found it, in words of its own, to find it faster; it may be out of date, and is no part of equality
 */
public record RowRef(
        int slot, long position, String id, @Nullable String place) {
    /** A row that may be anywhere. */
    public RowRef(int slot, long position, String id) {
        this(slot, position, id, null);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RowRef that && slot == that.slot && position == that.position && id.equals(that.id);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(position);
    }
}
