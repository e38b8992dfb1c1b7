package dev.outbox.testkit;

import dev.outbox.spi.KeyRef;
import dev.outbox.spi.RowRef;
import dev.outbox.spi.Slot;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** {@code outbox_parked}, with its indexes: by position, by due time in each slot, and the blocking rows of each key by position. */
final class ParkedTable {
    static final Comparator<ParkedRow> LONGEST_DUE_FIRST =
            Comparator.comparingLong(ParkedRow::dueNanos).thenComparingLong(ParkedRow::position);

    private final NavigableMap<Long, ParkedRow> rows = new TreeMap<>();
    private final List<NavigableSet<ParkedRow>> dueBySlot = new ArrayList<>(Slot.COUNT);
    private final Map<KeyRef, NavigableMap<Long, ParkedRow>> blocking = new HashMap<>();

    ParkedTable() {
        for (int slot = 0; slot < Slot.COUNT; slot++) {
            dueBySlot.add(new TreeSet<>(LONGEST_DUE_FIRST));
        }
    }

    void add(ParkedRow row) {
        rows.put(row.position(), row);
        dueBySlot.get(row.stored().row().slot()).add(row);
        KeyRef key = row.blockedKey();
        if (key != null) {
            blocking.computeIfAbsent(key, newKey -> new TreeMap<>()).put(row.position(), row);
        }
    }

    void remove(ParkedRow row) {
        rows.remove(row.position());
        dueBySlot.get(row.stored().row().slot()).remove(row);
        KeyRef key = row.blockedKey();
        if (key != null) {
            blocking.computeIfPresent(key, (same, ofKey) -> {
                ofKey.remove(row.position());
                return ofKey.isEmpty() ? null : ofKey;
            });
        }
    }

    void replace(ParkedRow old, ParkedRow now) {
        remove(old);
        add(now);
    }

    /** What stands at slot and position of {@code ref}, whatever its id. */
    @Nullable
    ParkedRow at(RowRef ref) {
        ParkedRow row = rows.get(ref.position());
        return row != null && row.stored().row().slot() == ref.slot() ? row : null;
    }

    boolean isBlocked(KeyRef key) {
        return blocking.containsKey(key);
    }

    /** The first blocking row of {@code key}, or null. */
    @Nullable
    ParkedRow first(KeyRef key) {
        NavigableMap<Long, ParkedRow> ofKey = blocking.get(key);
        return ofKey == null ? null : ofKey.firstEntry().getValue();
    }

    /** Whether {@code row} may go before all that are parked: it has no order, does not block, or is the first of its key. */
    boolean isFirst(ParkedRow row) {
        KeyRef key = row.blockedKey();
        ParkedRow first = key == null ? null : first(key);
        return first == null || first.position() == row.position();
    }

    /** The blocking rows behind {@code row}, in the order of their positions. */
    Collection<ParkedRow> behind(ParkedRow row) {
        KeyRef key = row.blockedKey();
        NavigableMap<Long, ParkedRow> ofKey = key == null ? null : blocking.get(key);
        return ofKey == null ? List.of() : ofKey.tailMap(row.position(), false).values();
    }

    /** The rows of {@code slot}, longest due first. */
    Collection<ParkedRow> byDueTime(int slot) {
        return dueBySlot.get(slot);
    }

    /** The first row of every key. */
    List<ParkedRow> heads() {
        List<ParkedRow> heads = new ArrayList<>();
        blocking.values().forEach(ofKey -> heads.add(ofKey.firstEntry().getValue()));
        return heads;
    }

    Collection<ParkedRow> all() {
        return rows.values();
    }

    int size() {
        return rows.size();
    }
}
