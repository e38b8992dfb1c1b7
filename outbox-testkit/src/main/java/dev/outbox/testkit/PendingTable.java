package dev.outbox.testkit;

import dev.outbox.spi.RowRef;
import dev.outbox.spi.Slot;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** {@code outbox_message}: the committed rows, by slot and position. */
final class PendingTable {
    private final List<NavigableMap<Long, PendingRow>> slots = new ArrayList<>(Slot.COUNT);
    private int size;

    PendingTable() {
        for (int slot = 0; slot < Slot.COUNT; slot++) {
            slots.add(new TreeMap<>());
        }
    }

    void add(PendingRow row) {
        slots.get(row.stored().row().slot()).put(row.position(), row);
        size++;
    }

    /** What stands at slot and position of {@code ref}, whatever its id. */
    @Nullable
    PendingRow at(RowRef ref) {
        return slots.get(ref.slot()).get(ref.position());
    }

    void remove(PendingRow row) {
        slots.get(row.stored().row().slot()).remove(row.position());
        size--;
    }

    Collection<PendingRow> above(int slot, long position) {
        return slots.get(slot).tailMap(position, false).values();
    }

    /** The row with the lowest position of every slot. */
    List<PendingRow> heads() {
        List<PendingRow> heads = new ArrayList<>();
        for (NavigableMap<Long, PendingRow> slot : slots) {
            if (!slot.isEmpty()) {
                heads.add(slot.firstEntry().getValue());
            }
        }
        return heads;
    }

    int size() {
        return size;
    }

    List<PendingRow> all() {
        List<PendingRow> rows = new ArrayList<>(size);
        slots.forEach(slot -> rows.addAll(slot.values()));
        return rows;
    }
}
