package dev.outbox.relay;

import dev.outbox.spi.Fetch;
import dev.outbox.spi.Fetched;
import dev.outbox.spi.Fetched.ReaderResult;
import dev.outbox.spi.Fetched.Row;
import dev.outbox.spi.KeyRef;
import dev.outbox.spi.Reader;
import dev.outbox.spi.Slot;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code outbox_message} into memory, exactly: every read covers every row above a safe floor that is not held, so a message that it brings has no earlier
 * one of its key left behind (G3).
 *
 * <p>Each slot is read from a position of its own. How much is asked for follows the room in memory; a destination that leaves no room for long, and a key
 * that holds more than its part, are read apart ({@link Detours}).
 */
class Intake {
    /** What a slot is asked for that had nothing left at the last read. */
    private static final int IDLE_LIMIT = 16;
    /** The same while others have something left: what they are asked for bounds how fast a hot key is passed. */
    private static final int IDLE_LIMIT_BESIDE_HUNGRY = 4;

    /**
     * A read under way.
     *
     * @param ofSlots whether it reads slots, and not only what is read apart
     * @param beganNanos when it began
     */
    record Plan(
            Fetch fetch,
            List<ReadPosition> positions,
            List<Long> versions,
            List<Long> epochs,
            boolean ofSlots,
            long read,
            long beganNanos) {
        /** Whether so many rows are what it can be expected to bring from a backlog. */
        boolean isFilledBy(int rows) {
            return 4 * rows >= fetch.readers().stream().mapToInt(Reader::limit).sum();
        }
    }

    /** Takes the rows that a read brought. */
    interface Sink {
        void take(Row row, long epoch, long read, long now);
    }

    private final Memory memory;
    private final Leases leases;
    private final RelayOptions options;
    private final DueTimer due;
    private final Detours detours;
    private final @Nullable ReadPosition[] slots = new ReadPosition[Slot.COUNT];
    private final Shares shares;
    private final Rotation rotation = new Rotation();
    private final WalkCost walkCost = new WalkCost();
    private @Nullable String incarnation;

    Intake(Memory memory, Leases leases, RelayOptions options, DueTimer due) {
        this.memory = memory;
        this.leases = leases;
        this.options = options;
        this.due = due;
        this.detours = new Detours(options.maxHeld());
        this.shares = new Shares(memory, detours, options);
    }

    void acquired(int slot) {
        slots[slot] = beginning(slot);
        detours.acquired(slot);
    }

    /** Where a slot is read from that was just acquired: a position belongs to one acquisition. */
    ReadPosition beginning(int slot) {
        return ReadPosition.ofSlot(slot);
    }

    void lost(int slot) {
        slots[slot] = null;
        detours.lost(slot);
    }

    /** Reads everything again from the start, as insurance; what is held stays held. */
    void sweep() {
        for (ReadPosition position : slots) {
            if (position != null) {
                position.rewind(0);
            }
        }
        detours.rewind();
    }

    /** Whether something that is read apart has room. */
    boolean hasReadyDetour() {
        for (ReadPosition position : detours.keyPositions()) {
            if (hasRoom(position)) {
                return true;
            }
        }
        for (String destination : detours.destinations()) {
            if (hasRoom(destination)) {
                return true;
            }
        }
        return false;
    }

    private boolean hasRoom(ReadPosition keyPosition) {
        return waiting(keyPosition) <= shares.ofKey() / 2 && leases.serves(keyPosition.slot);
    }

    private int waiting(ReadPosition keyPosition) {
        KeyQueue queue = memory.queue(java.util.Objects.requireNonNull(keyPosition.keyRef(), "key"));
        return queue == null ? 0 : queue.waiting.size();
    }

    private boolean hasRoom(String destination) {
        return shares.hasRoom(memory.lane(destination))
                && !detours.positions(destination).isEmpty();
    }

    /** What to read now, or null if there is no room for it. */
    @Nullable
    Plan plan(boolean withSlots, long now) {
        if (withSlots) {
            makeRoom(now);
        }
        if (memory.bytes() >= options.maxHeldBytes() || memory.size() >= options.maxHeld()) {
            return null;
        }
        int room = withSlots ? Math.min(shares.room(), options.fetchSize()) : 0;
        List<ReadPosition> positions = new ArrayList<>();
        List<Reader> readers = new ArrayList<>();
        if (room > 0) {
            addSlots(room, positions, readers);
        }
        addDetours(positions, readers);
        if (readers.isEmpty()) {
            return null;
        }
        List<Long> versions = positions.stream().map(ReadPosition::version).toList();
        List<Long> epochs = positions.stream().map(p -> leases.epoch(p.slot)).toList();
        long bytes = Math.max(1, options.maxHeldBytes() - memory.bytes());
        Fetch fetch = new Fetch(readers, detours.destinations(), detours.keys(), held(positions), bytes);
        return new Plan(fetch, positions, versions, epochs, room > 0, memory.readBegins(), now);
    }

    /** Reads apart what crowds out the others, and lets go of what there is no room for; no read is under way. */
    void makeRoom(long now) {
        for (Lane lane : shares.crowding(now)) {
            if (detours.hasRoomForDestination()) {
                readApart(lane);
            }
        }
        for (Held held : shares.release()) {
            if (held.parked) {
                due.wakeIn(options.minPoll().toNanos(), now);
            } else {
                rewind(held);
            }
        }
    }

    /** The row is not in memory any more, though it was read. */
    private void rewind(Held held) {
        KeyRef key = held.queue.key;
        ReadPosition position = key != null && detours.has(key)
                ? detours.position(key)
                : detours.position(held.lane().destination, held.slot());
        if (position != null) {
            position.rewind(held.position() - 1);
        }
    }

    private void readApart(Lane lane) {
        lane.crampedSinceNanos = Long.MAX_VALUE;
        List<ReadPosition> positions = new ArrayList<>();
        for (ReadPosition position : slots) {
            if (position != null) {
                positions.add(
                        new ReadPosition(position.slot, lane.destination, null, position.floor(), position.cursor()));
            }
        }
        detours.add(lane.destination, positions);
    }

    private void addSlots(int room, List<ReadPosition> positions, List<Reader> readers) {
        List<ReadPosition> served = served();
        if (served.isEmpty()) {
            return;
        }
        BitSet hungry = hungry(served);
        int idleLimit = Math.max(1, idleLimit(room, served.size(), hungry.isEmpty()));
        int roomForHungry = room - (served.size() - hungry.cardinality()) * idleLimit;
        BitSet chosen = rotation.next(hungry, roomForHungry);
        int hungryLimit = Math.max(idleLimit, roomForHungry / Math.max(1, chosen.cardinality()));
        for (ReadPosition position : served) {
            if (!position.isHungry() || chosen.get(position.slot)) {
                positions.add(position);
                readers.add(position.reader(position.isHungry() ? hungryLimit : idleLimit));
            }
        }
    }

    /** Where reads walk over deleted rows there should be few of them, and each bring what it can. */
    private int idleLimit(int room, int slots, boolean allAreIdle) {
        if (nanosInVain() > 0) {
            return (allAreIdle ? room : room / 2) / slots;
        }
        return Math.min(allAreIdle ? IDLE_LIMIT : IDLE_LIMIT_BESIDE_HUNGRY, room / slots);
    }

    /** What each read of slots cost of late and did not bring; 0 where they begin at a floor. */
    long nanosInVain() {
        return walkCost.nanos();
    }

    private List<ReadPosition> served() {
        return Stream.of(slots)
                .filter(position -> position != null && leases.serves(position.slot))
                .toList();
    }

    private static BitSet hungry(List<ReadPosition> positions) {
        BitSet hungry = new BitSet();
        positions.forEach(position -> hungry.set(position.slot, position.isHungry()));
        return hungry;
    }

    private void addDetours(List<ReadPosition> positions, List<Reader> readers) {
        for (ReadPosition position : detours.keyPositions()) {
            if (hasRoom(position)) {
                positions.add(position);
                readers.add(position.reader(Math.max(1, shares.ofKey() - waiting(position))));
            }
        }
        for (String destination : detours.destinations()) {
            if (hasRoom(destination)) {
                var apart = detours.positions(destination);
                Lane lane = memory.lane(destination);
                int left = Math.min(shares.ofLane(lane) - lane.waiting, options.fetchSize());
                int limit = Math.max(1, left / apart.size());
                for (ReadPosition position : apart) {
                    positions.add(position);
                    readers.add(position.reader(limit));
                }
            }
        }
    }

    /** The positions in memory that the read would otherwise bring again. */
    private List<Long> held(List<ReadPosition> positions) {
        long[] floors = new long[Slot.COUNT];
        long[] cursors = new long[Slot.COUNT];
        java.util.Arrays.fill(floors, Long.MAX_VALUE);
        boolean any = false;
        for (ReadPosition position : positions) {
            floors[position.slot] = Math.min(floors[position.slot], position.floor());
            cursors[position.slot] = Math.max(cursors[position.slot], position.cursor());
            any |= position.floor() < position.cursor();
        }
        List<Long> held = new ArrayList<>();
        if (any) {
            for (Held row : memory.rows()) {
                if (!row.parked && row.position() > floors[row.slot()] && row.position() <= cursors[row.slot()]) {
                    held.add(row.position());
                }
            }
            held.sort(null);
        }
        return held;
    }

    /** Whether the database is another one than at the last read, so that positions in memory mean nothing. */
    boolean isOtherDatabase(Fetched fetched) {
        boolean other = incarnation != null && !incarnation.equals(fetched.incarnation());
        incarnation = fetched.incarnation();
        return other;
    }

    /** Takes what a read brought. Returns whether more is there to be read at once. */
    boolean process(Plan plan, Fetched fetched, Sink sink, long now) {
        if (plan.ofSlots()) {
            countCost(plan, fetched, now);
        }
        boolean more = false;
        for (int i = 0; i < plan.positions().size(); i++) {
            ReadPosition position = plan.positions().get(i);
            boolean current = position.version() == plan.versions().get(i)
                    && leases.owns(position.slot)
                    && leases.epoch(position.slot) == plan.epochs().get(i);
            if (current) {
                ReaderResult result = fetched.readers().get(i);
                more |= take(position, result, fetched.horizon(), plan, sink, now);
            } else {
                more = true;
            }
        }
        rejoin(plan);
        return plan.ofSlots() ? rotation.after(more, hungry(served())) : more;
    }

    /** Reads that begin at floors walk over nothing dead. Of those that pass over what is read apart nobody can tell, and others should not wait for that. */
    private void countCost(Plan plan, Fetched fetched, long now) {
        int rows = fetched.readers().stream()
                .mapToInt(result -> result.rows().size())
                .sum();
        boolean mayWalk = fetched.horizon() == 0 && detours.isEmpty();
        walkCost.after(rows, plan.fetch().held().size(), mayWalk ? now - plan.beganNanos() : 0);
    }

    /**
     * Takes the rows of one position; returns whether more of its slot is there to be read at once. When a key holds its part and no more keys can be read apart,
     * its destination is; where that is not possible either, the position stops: nothing after the row counts as read, because what is skipped must not be
     * overtaken.
     */
    private boolean take(ReadPosition position, ReaderResult result, long horizon, Plan plan, Sink sink, long now) {
        for (Row row : result.rows()) {
            long at = row.stored().row().position();
            if (!memory.holds(at) && !isApart(position, row)) {
                if (position.key == null && !detours.hasRoomForKey() && isOverLimit(row)) {
                    if (position.destination != null || !detours.hasRoomForDestination()) {
                        position.advance(horizon, at - 1);
                        return false;
                    }
                    readApart(memory.lane(row.stored().message().destination()));
                    continue;
                }
                sink.take(row, leases.epoch(position.slot), plan.read(), now);
                limitKey(position, row);
            }
            position.seen(at);
        }
        position.advance(horizon, result.scannedThrough());
        return position.destination == null && position.isHungry();
    }

    /** Whether the row is left to a detour that was opened while its read was under way. */
    private boolean isApart(ReadPosition reader, Row row) {
        if (detours.isEmpty()) {
            return false;
        }
        String destination = row.stored().message().destination();
        if (reader.destination == null && detours.has(destination)) {
            return true;
        }
        String key = row.stored().message().key().orElse(null);
        return reader.key == null && key != null && detours.has(new KeyRef(destination, key));
    }

    /** A key that holds more than its part is read apart from here on. */
    private void limitKey(ReadPosition reader, Row row) {
        String key = row.stored().message().key().orElse(null);
        if (reader.key == null && key != null && detours.hasRoomForKey() && isOverLimit(row)) {
            long at = row.stored().row().position();
            KeyRef ref = new KeyRef(row.stored().message().destination(), key);
            detours.add(ref, new ReadPosition(reader.slot, ref.destination(), key, reader.floor(), at));
        }
    }

    /** Whether the key of the row has as much in memory as it may. */
    boolean isOverLimit(Row row) {
        String key = row.stored().message().key().orElse(null);
        KeyQueue queue = key == null
                ? null
                : memory.queue(new KeyRef(row.stored().message().destination(), key));
        return queue != null && queue.waiting.size() >= shares.ofKey();
    }

    /** What was read apart and has nothing left unread joins its slot again. */
    private void rejoin(Plan plan) {
        List<KeyRef> keys = new ArrayList<>();
        for (int i = 0; i < plan.positions().size(); i++) {
            ReadPosition position = plan.positions().get(i);
            KeyRef key = position.keyRef();
            boolean isDetour = key != null && detours.has(key);
            if (isDetour
                    && !position.isHungry()
                    && position.version() == plan.versions().get(i)) {
                keys.add(key);
            }
        }
        for (KeyRef key : keys) {
            join(detours.remove(key));
        }
        for (String destination : List.copyOf(detours.destinations())) {
            var apart = detours.positions(destination);
            boolean read = plan.positions().containsAll(apart);
            if (read && !apart.isEmpty() && apart.stream().noneMatch(ReadPosition::isHungry)) {
                detours.remove(destination).forEach(this::join);
            }
        }
    }

    private void join(ReadPosition position) {
        ReadPosition slot = slots[position.slot];
        if (slot != null) {
            slot.join(position);
        }
    }
}
