package dev.outbox.relay;

import dev.outbox.spi.KeyRef;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Destinations and keys that have more in the outbox than memory should hold of them: the slots' own reads pass over them, and each is read from a position of
 * its own as it makes room (R7). So a hot key, or a destination that takes nothing, does not fill the window that the others need.
 */
final class Detours {
    private static final int MAX_KEYS = 256;
    private static final int MAX_DESTINATIONS = 128;

    private final int maxKeys;
    private final Map<KeyRef, ReadPosition> keys = new HashMap<>();
    private final Map<String, Map<Integer, ReadPosition>> destinations = new HashMap<>();

    /** @param maxHeld the most messages in memory: the fewer there are, the fewer keys can be read apart */
    Detours(int maxHeld) {
        this.maxKeys = Math.max(1, Math.min(MAX_KEYS, maxHeld / 8));
    }

    boolean isEmpty() {
        return keys.isEmpty() && destinations.isEmpty();
    }

    boolean has(String destination) {
        return destinations.containsKey(destination);
    }

    boolean has(KeyRef key) {
        return keys.containsKey(key);
    }

    boolean hasRoomForKey() {
        return keys.size() < maxKeys;
    }

    boolean hasRoomForDestination() {
        return destinations.size() < MAX_DESTINATIONS;
    }

    Set<String> destinations() {
        return destinations.keySet();
    }

    Set<KeyRef> keys() {
        return keys.keySet();
    }

    Collection<ReadPosition> keyPositions() {
        return keys.values();
    }

    Collection<ReadPosition> positions(String destination) {
        return destinations.getOrDefault(destination, Map.of()).values();
    }

    @Nullable
    ReadPosition position(KeyRef key) {
        return keys.get(key);
    }

    @Nullable
    ReadPosition position(String destination, int slot) {
        return destinations.getOrDefault(destination, Map.of()).get(slot);
    }

    /** Reads {@code key} apart from now on. */
    void add(KeyRef key, ReadPosition position) {
        keys.put(key, position);
    }

    /** Reads {@code destination} apart from now on, also those of its keys that were read apart alone. */
    void add(String destination, List<ReadPosition> positions) {
        Map<Integer, ReadPosition> bySlot = new HashMap<>();
        positions.forEach(position -> bySlot.put(position.slot, position));
        destinations.put(destination, bySlot);
        keys.entrySet().removeIf(entry -> {
            boolean subsumed = entry.getKey().destination().equals(destination);
            ReadPosition own = bySlot.get(entry.getValue().slot);
            if (subsumed && own != null) {
                own.absorb(entry.getValue());
            }
            return subsumed;
        });
    }

    /** A slot was acquired: whatever is excluded has to be read there from the start. */
    void acquired(int slot) {
        destinations.forEach(
                (destination, bySlot) -> bySlot.put(slot, new ReadPosition(slot, destination, null, 0, 0)));
    }

    /** A slot was lost. */
    void lost(int slot) {
        destinations.values().forEach(bySlot -> bySlot.remove(slot));
        keys.values().removeIf(position -> position.slot == slot);
    }

    /** Everything has to be read again. */
    void rewind() {
        keys.values().forEach(position -> position.rewind(0));
        destinations.values().forEach(bySlot -> bySlot.values().forEach(position -> position.rewind(0)));
    }

    ReadPosition remove(KeyRef key) {
        return java.util.Objects.requireNonNull(keys.remove(key), "no such detour");
    }

    List<ReadPosition> remove(String destination) {
        return new ArrayList<>(java.util.Objects.requireNonNull(destinations.remove(destination), "no such detour")
                .values());
    }
}
