package dev.outbox.relay;

import dev.outbox.spi.KeyRef;
import dev.outbox.spi.Slot;
import dev.outbox.spi.StoredMessage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The rows that the relay has read and that are not known to be gone, by position, by key and by destination.
 *
 * <p>A row leaves only when its delete or move is committed <em>and</em> every read begun before that has been processed: such a read still saw it (R8).
 */
class Memory {
    private final Map<Long, Held> byPosition = new HashMap<>();
    private final Map<KeyRef, KeyQueue> queues = new HashMap<>();
    private final Map<String, Lane> lanes = new HashMap<>();
    private final Function<String, Lane> newLane;
    private final List<Held> leaving = new ArrayList<>();
    private final int[] busy = new int[Slot.COUNT];
    private long bytes;
    private boolean reading;
    private long reads;

    Memory(Function<String, Lane> newLane) {
        this.newLane = newLane;
    }

    int size() {
        return byPosition.size();
    }

    long bytes() {
        return bytes;
    }

    Iterable<Held> rows() {
        return byPosition.values();
    }

    Iterable<Lane> lanes() {
        return lanes.values();
    }

    Lane lane(String destination) {
        return lanes.computeIfAbsent(destination, newLane);
    }

    boolean holds(long position) {
        return byPosition.containsKey(position);
    }

    /** The queue of a key in memory, or null. */
    @Nullable
    KeyQueue queue(KeyRef key) {
        return queues.get(key);
    }

    /** Whether nothing of the slot is in flight or unsettled. */
    boolean isQuiet(int slot) {
        return busy[slot] == 0;
    }

    /** Takes a row in, at the end of its key's queue, not yet waiting there. */
    Held add(StoredMessage stored, long epoch, boolean parked) {
        String destination = stored.message().destination();
        String key = stored.message().key().orElse(null);
        KeyQueue queue = key == null
                ? new KeyQueue(null, lane(destination))
                : queues.computeIfAbsent(new KeyRef(destination, key), k -> new KeyQueue(k, lane(destination)));
        Held held = new Held(stored, queue, epoch, parked);
        byPosition.put(held.position(), held);
        queue.held++;
        queue.lane.held++;
        queue.lane.waits(held);
        bytes += held.bytes();
        return held;
    }

    /** The row is in flight, or its outcome is to be settled: its slot cannot be released. */
    void busy(Held held, Held.State state) {
        if (held.state == Held.State.QUEUED) {
            busy[held.slot()]++;
        }
        if (state == Held.State.SETTLING && isWaiting(held)) {
            held.lane().waitsNoLonger(held);
        }
        held.state = state;
    }

    /** The row waits again. */
    void queued(Held held) {
        busy[held.slot()]--;
        held.state = Held.State.QUEUED;
    }

    /** The row's delete or move is committed. */
    void gone(Held held) {
        if (held.state != Held.State.QUEUED) {
            busy[held.slot()]--;
        }
        held.state = Held.State.GONE;
        if (isReading()) {
            leaving.add(held);
        } else {
            remove(held);
        }
    }

    /** A read begins; returns its number. Only one is under way at a time. */
    long readBegins() {
        reading = true;
        return ++reads;
    }

    /** The read under way, or the last one. */
    long lastRead() {
        return reads;
    }

    /** The read under way has been processed, or brought nothing. */
    void readEnds() {
        reading = false;
        leaving.forEach(this::remove);
        leaving.clear();
    }

    /** Whether a read is under way, so that what is committed now may still be seen by it. */
    boolean isReading() {
        return reading;
    }

    /** A row is let go: it stays where it is, and a later read brings it again. */
    void letGo(Held held) {
        held.lane().waitsNoLonger(held);
        held.state = Held.State.GONE;
        remove(held);
    }

    /**
     * Lets go of messages that wait for {@code lane}, those with the highest positions first, until no more than so many, and so many bytes, are left. Of each key
     * the last go first, so what stays has no gap. To be called while no read is under way.
     */
    List<Held> release(Lane lane, int most, long mostBytes) {
        List<Held> released = new ArrayList<>();
        for (Held held : queuedOf(lane)) {
            if (lane.waiting <= most && (lane.waitingBytes <= mostBytes || lane.waiting <= 1)) {
                break;
            }
            if (held.queue.waiting.peekLast() == held) {
                held.queue.waiting.removeLast();
                lane.unknown -= held.isUnknown() ? 1 : 0;
                letGo(held);
                released.add(held);
            }
        }
        return released;
    }

    private List<Held> queuedOf(Lane lane) {
        List<Held> queued = new ArrayList<>();
        for (Held held : byPosition.values()) {
            if (held.lane() == lane && held.state == Held.State.QUEUED) {
                queued.add(held);
            }
        }
        queued.sort(Comparator.comparingLong(Held::position).reversed());
        return queued;
    }

    /**
     * Forgets all rows of a slot that was lost. What is in flight keeps its sending, as an orphan: its confirmation still completes the row, anything else
     * is of no concern any more (R10).
     */
    void dropSlot(int slot) {
        for (Iterator<Held> rows = byPosition.values().iterator(); rows.hasNext(); ) {
            Held held = rows.next();
            if (held.slot() == slot) {
                rows.remove();
                drop(held);
            }
        }
        leaving.removeIf(held -> held.slot() == slot);
        busy[slot] = 0;
    }

    private void drop(Held held) {
        held.queue.drop();
        forget(held);
        if (isWaiting(held)) {
            held.lane().waitsNoLonger(held);
        }
        if (held.state == Held.State.QUEUED && held.isUnknown()) {
            held.lane().unknown--;
        }
        held.orphan = held.state == Held.State.IN_FLIGHT;
        held.state = held.orphan ? Held.State.IN_FLIGHT : Held.State.GONE;
    }

    private static boolean isWaiting(Held held) {
        return held.state == Held.State.QUEUED || held.state == Held.State.IN_FLIGHT;
    }

    private void remove(Held held) {
        if (byPosition.remove(held.position(), held)) {
            forget(held);
        }
    }

    private void forget(Held held) {
        bytes -= held.bytes();
        held.lane().held--;
        KeyQueue queue = held.queue;
        if (--queue.held == 0 && queue.key != null && queue.moves == 0) {
            queues.remove(queue.key, queue);
        }
    }

    /** Forgets destinations that nothing is known about. Those with a rate or a budget, which are as many as the options name, stay: a new one would begin full. */
    void forgetIdleLanes() {
        lanes.values().removeIf(Lane::isIdle);
    }
}
