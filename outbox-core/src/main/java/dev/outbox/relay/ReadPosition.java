package dev.outbox.relay;

import dev.outbox.spi.KeyRef;
import dev.outbox.spi.Reader;
import org.jspecify.annotations.Nullable;

/**
 * How far one slot was read: all of it but what is excluded, or one destination or key of it that is.
 *
 * <p>Invariant: every row at or below the floor that is visible, or can become visible, and that this position is about, is held in memory or gone from
 * {@code outbox_message}. So the floor is raised no further than the visibility horizon taken before the read and than the first row left unread, and
 * lowered when rows are released from memory (R1). It belongs to one acquisition of the slot.
 */
class ReadPosition {
    final int slot;
    final @Nullable String destination;
    final @Nullable String key;

    private long floor;
    private long cursor;
    /** Raised when the floor was lowered: the result of a read that began before says nothing. */
    private long version;
    /** Whether the last read left rows unread. */
    private boolean hungry;

    ReadPosition(int slot, @Nullable String destination, @Nullable String key, long floor, long cursor) {
        this.slot = slot;
        this.destination = destination;
        this.key = key;
        this.floor = floor;
        this.cursor = Math.max(floor, cursor);
        this.hungry = destination != null;
    }

    static ReadPosition ofSlot(int slot) {
        return new ReadPosition(slot, null, null, 0, 0);
    }

    long floor() {
        return floor;
    }

    long cursor() {
        return cursor;
    }

    long version() {
        return version;
    }

    boolean isHungry() {
        return hungry;
    }

    /** The key that this is about, or null. */
    @Nullable
    KeyRef keyRef() {
        return destination == null || key == null ? null : new KeyRef(destination, key);
    }

    Reader reader(int limit) {
        return new Reader(slot, floor, cursor, limit, destination, key);
    }

    /** A read with visibility horizon {@code horizon} has looked at everything up to {@code scannedThrough}. */
    void advance(long horizon, long scannedThrough) {
        hungry = scannedThrough != Long.MAX_VALUE;
        floor = Math.max(floor, Math.min(horizon, scannedThrough));
        cursor = Math.max(floor, hungry ? Math.max(cursor, scannedThrough) : cursor);
    }

    /** Rows were seen up to {@code position} though nothing was left unread. */
    void seen(long position) {
        cursor = Math.max(cursor, position);
    }

    /** Everything above {@code position} has to be read again. */
    void rewind(long position) {
        floor = Math.min(floor, position);
        cursor = Math.max(floor, Math.min(cursor, position));
        version++;
        hungry = true;
    }

    /** Takes over the care for what {@code other} was about, which has nothing left unread. */
    void join(ReadPosition other) {
        floor = Math.min(floor, other.floor);
        version++;
    }

    /** Takes over the care for what {@code other} was about, which may have rows left unread. */
    void absorb(ReadPosition other) {
        floor = Math.min(floor, other.floor);
        cursor = Math.max(floor, Math.min(cursor, other.cursor));
        version++;
        hungry = true;
    }
}
