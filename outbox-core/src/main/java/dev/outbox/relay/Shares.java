package dev.outbox.relay;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How memory is shared, so that no destination and no key fills what the others need (R7). Half of it is for what all slots read together. A destination that fills
 * its part for long, or that takes nothing while memory is short, is read apart from then on: all such share the other half, and one that takes nothing keeps
 * only what probes it.
 */
final class Shares {
    private static final long CRAMPED_NANOS = Duration.ofMillis(50).toNanos();
    private static final int PROBES = 64;

    private final Memory memory;
    private final Detours detours;
    private final int maxHeld;
    private final long maxBytes;
    /** The least that is worth a read, of all slots. */
    private final int least;

    Shares(Memory memory, Detours detours, RelayOptions options) {
        this.memory = memory;
        this.detours = detours;
        this.maxHeld = options.maxHeld();
        this.maxBytes = options.maxHeldBytes();
        this.least = Math.min(Math.max(1, maxHeld / 8), options.fetchSize());
    }

    /** The most messages of one key that wait in memory. */
    int ofKey() {
        return Math.max(
                1,
                Math.min(maxHeld / 10, maxHeld / 4 / Math.max(1, detours.keys().size())));
    }

    /** The most messages that wait in memory of a destination that is read apart. */
    int ofLane(Lane lane) {
        return lane.isOpen()
                ? Math.max(1, maxHeld / 2 / Math.max(1, detours.destinations().size()))
                : probes();
    }

    private long bytesOfLane(Lane lane) {
        return lane.isOpen() ? maxBytes / 2 / Math.max(1, detours.destinations().size()) : maxBytes / 64;
    }

    private int probes() {
        return probes(maxHeld);
    }

    /** How many messages are kept at hand for a destination that takes none at present, or hardly any. */
    static int probes(int maxHeld) {
        return Math.max(1, Math.min(PROBES, maxHeld / 64));
    }

    /** Whether a destination that is read apart has room for more. */
    boolean hasRoom(Lane lane) {
        return lane.isOpen() ? lane.waiting <= ofLane(lane) / 2 : lane.waiting == 0;
    }

    /** How many rows all slots together may be asked for; 0 when that is not worth a read. */
    int room() {
        int room = maxHeld - memory.size();
        for (Lane lane : memory.lanes()) {
            if (!detours.has(lane.destination)) {
                room = Math.min(room, maxHeld / 2 - lane.waiting);
            }
        }
        return room < least || memory.bytes() >= maxBytes ? 0 : room;
    }

    private boolean isShort() {
        return maxHeld - memory.size() < least || maxBytes - memory.bytes() < maxBytes / 8;
    }

    /** The destinations that are to be read apart from now on. */
    List<Lane> crowding(long now) {
        List<Lane> crowding = new ArrayList<>();
        boolean isShort = isShort();
        for (Lane lane : memory.lanes()) {
            boolean useless = isShort && !lane.isOpen() && lane.waiting > probes();
            if (detours.has(lane.destination) || !(useless || isLarge(lane, isShort))) {
                lane.crampedSinceNanos = Long.MAX_VALUE;
            } else if (lane.crampedSinceNanos == Long.MAX_VALUE && !useless) {
                lane.crampedSinceNanos = now;
            } else if (useless || now - lane.crampedSinceNanos >= CRAMPED_NANOS) {
                crowding.add(lane);
            }
        }
        return crowding;
    }

    private boolean isLarge(Lane lane, boolean isShort) {
        int limit = isShort ? maxHeld / 8 : maxHeld / 2 - least;
        return lane.waiting > limit || lane.waitingBytes > (isShort ? maxBytes / 8 : maxBytes / 2);
    }

    /** What a destination that is read apart has too much of while memory is short is forgotten; its rows are read again when it has room. */
    List<Held> release() {
        List<Held> released = new ArrayList<>();
        if (isShort()) {
            for (String destination : detours.destinations()) {
                Lane lane = memory.lane(destination);
                if (lane.waiting > ofLane(lane) || (lane.waiting > 1 && lane.waitingBytes > bytesOfLane(lane))) {
                    released.addAll(memory.release(lane, ofLane(lane), bytesOfLane(lane)));
                }
            }
        }
        return released;
    }
}
