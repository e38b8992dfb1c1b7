package dev.outbox.jdbc;

import dev.outbox.spi.Fetch;
import dev.outbox.spi.Fetched;
import dev.outbox.spi.OutboxStore;
import dev.outbox.spi.Reader;
import dev.outbox.spi.RowRef;
import dev.outbox.spi.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Reads an outbox to its end as a relay does: with a floor and a cursor for each slot, and what is in hand held. For one thread. */
final class Drain {
    private static final int LIMIT = 20;

    private final OutboxStore store;
    private final long[] floor = new long[Slot.COUNT];
    private final long[] cursor = new long[Slot.COUNT];
    private final NavigableMap<Long, RowRef> held = new TreeMap<>();
    private final List<String> seen = new ArrayList<>();

    Drain(OutboxStore store) {
        this.store = store;
    }

    /** The ids in the order in which they were first read. */
    List<String> seen() {
        return seen;
    }

    long highestFloor() {
        long highest = 0;
        for (long one : floor) {
            highest = Math.max(highest, one);
        }
        return highest;
    }

    /** Fetches once, and completes the older half of what is in hand. */
    void step() {
        List<Reader> readers = new ArrayList<>();
        for (int slot = 0; slot < Slot.COUNT; slot++) {
            readers.add(new Reader(slot, floor[slot], cursor[slot], LIMIT, null, null));
        }
        Fetched fetched = store.fetch(new Fetch(readers, Set.of(), Set.of(), List.copyOf(held.keySet()), 10_000_000));
        for (int slot = 0; slot < Slot.COUNT; slot++) {
            for (Fetched.Row row : fetched.readers().get(slot).rows()) {
                RowRef ref = row.stored().row();
                if (held.putIfAbsent(ref.position(), ref) == null) {
                    seen.add(ref.id());
                }
                cursor[slot] = Math.max(cursor[slot], ref.position());
            }
        }
        List<RowRef> done = held.values().stream().limit((held.size() + 1) / 2).toList();
        store.complete(done);
        done.forEach(ref -> held.remove(ref.position()));
        raiseFloors(fetched);
    }

    private void raiseFloors(Fetched fetched) {
        for (int slot = 0; slot < Slot.COUNT; slot++) {
            long lowestHeld = lowestHeld(slot);
            long safe = Math.min(fetched.horizon(), fetched.readers().get(slot).scannedThrough());
            floor[slot] = Math.max(floor[slot], Math.min(Math.min(safe, lowestHeld - 1), cursor[slot]));
        }
    }

    private long lowestHeld(int slot) {
        Stream<RowRef> ofSlot = held.values().stream().filter(ref -> ref.slot() == slot);
        return ofSlot.mapToLong(RowRef::position).min().orElse(Long.MAX_VALUE);
    }

    boolean isEmpty() {
        return held.isEmpty();
    }
}
