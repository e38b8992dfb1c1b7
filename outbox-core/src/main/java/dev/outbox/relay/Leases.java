package dev.outbox.relay;

import dev.outbox.spi.Heartbeat;
import dev.outbox.spi.LeaseTable;
import dev.outbox.spi.LeaseTable.Instance;
import dev.outbox.spi.LeaseTable.Lease;
import dev.outbox.spi.Slot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;

/**
 * Which slots this relay owns, and which it should: the fair share of all that are alive.
 *
 * <p>Leases keep work and duplicates down; no guarantee of order rests on them. A lease counts from the moment before the heartbeat was sent, by this
 * process's monotonic clock, so it never outlives what the database believes unless this process is stopped in between.
 */
class Leases {
    private final String instance;
    private final Duration lease;
    private final Random shuffle;
    private final IntConsumer onAcquired;
    private final IntConsumer onLost;
    private final IntPredicate isQuiet;

    private final long[] epochs = new long[Slot.COUNT];
    private final boolean[] owned = new boolean[Slot.COUNT];
    private final Set<Integer> shedding = new TreeSet<>();
    private final Set<Integer> wanted = new TreeSet<>();
    private long validUntilNanos;
    private long nextHeartbeatNanos = Long.MIN_VALUE;
    private int ownedCount;

    /**
     * @param onAcquired called with each slot that is owned anew
     * @param onLost called with each slot that is not owned any more
     * @param isQuiet whether nothing of a slot is in flight or unsettled, so that it can be released
     */
    Leases(
            String instance,
            Duration lease,
            RandomGenerator random,
            IntConsumer onAcquired,
            IntConsumer onLost,
            IntPredicate isQuiet) {
        this.instance = instance;
        this.lease = lease;
        this.shuffle = new Random(random.nextLong());
        this.onAcquired = onAcquired;
        this.onLost = onLost;
        this.isQuiet = isQuiet;
    }

    boolean owns(int slot) {
        return owned[slot];
    }

    /** Whether messages of the slot may be sent: it is owned and not about to be released. */
    boolean serves(int slot) {
        return owned[slot] && !shedding.contains(slot);
    }

    long epoch(int slot) {
        return epochs[slot];
    }

    int ownedCount() {
        return ownedCount;
    }

    long nextHeartbeatNanos() {
        return nextHeartbeatNanos;
    }

    boolean isDue(long now) {
        return nextHeartbeatNanos == Long.MIN_VALUE || now - nextHeartbeatNanos >= 0 || canRelease();
    }

    private boolean canRelease() {
        for (int slot : shedding) {
            if (isQuiet.test(slot)) {
                return true;
            }
        }
        return false;
    }

    /** Gives up everything whose time has run out by this process's own clock. */
    void expire(long now) {
        if (ownedCount > 0 && now - validUntilNanos >= 0) {
            for (int slot = 0; slot < Slot.COUNT; slot++) {
                lose(slot);
            }
            nextHeartbeatNanos = now;
        }
    }

    /** Another instance owns the slot, or may: forget it. */
    void lose(int slot) {
        if (owned[slot]) {
            owned[slot] = false;
            ownedCount--;
            shedding.remove(slot);
            onLost.accept(slot);
        }
    }

    /** What to tell the store now. */
    Heartbeat heartbeat() {
        Map<Integer, Long> renew = new HashMap<>();
        Map<Integer, Long> release = new HashMap<>();
        for (int slot = 0; slot < Slot.COUNT; slot++) {
            if (owned[slot]) {
                boolean leaves = shedding.contains(slot) && isQuiet.test(slot);
                (leaves ? release : renew).put(slot, epochs[slot]);
            }
        }
        release.keySet().forEach(this::lose);
        return new Heartbeat(instance, lease, renew, wanted, release);
    }

    /** Takes the store's answer to {@code sent}, which was asked at {@code askedNanos}. */
    void answer(Heartbeat sent, LeaseTable table, long askedNanos, long now) {
        validUntilNanos = askedNanos + lease.toNanos();
        for (Lease row : table.leases()) {
            boolean mine = instance.equals(row.owner()) && !row.expired();
            int slot = row.slot();
            if (owned[slot] && (!mine || row.epoch() != epochs[slot])) {
                lose(slot);
            }
            if (mine && !owned[slot] && sent.acquire().contains(slot)) {
                owned[slot] = true;
                ownedCount++;
                epochs[slot] = row.epoch();
                onAcquired.accept(slot);
            }
        }
        expire(now);
        balance(table);
        boolean more = !wanted.isEmpty();
        nextHeartbeatNanos = more ? now : now + lease.toNanos() / 3;
    }

    /** The store did not answer; asks again soon. */
    void unanswered(long now) {
        nextHeartbeatNanos =
                now + Math.min(lease.toNanos() / 10, Duration.ofMillis(500).toNanos());
    }

    /** Chooses what to acquire and what to shed so that every instance alive owns its share. */
    private void balance(LeaseTable table) {
        List<String> alive = new ArrayList<>(table.instances().stream()
                .filter(Instance::alive)
                .map(Instance::name)
                .sorted()
                .toList());
        int rank = Math.max(0, alive.indexOf(instance));
        int share = rank >= Slot.COUNT ? 0 : (Slot.COUNT - 1) / Math.min(Slot.COUNT, Math.max(1, alive.size())) + 1;
        wanted.clear();
        List<Integer> free = new ArrayList<>(table.leases().stream()
                .filter(row -> !owned[row.slot()] && (row.expired() || instance.equals(row.owner())))
                .map(Lease::slot)
                .toList());
        Collections.shuffle(free, shuffle);
        int kept = ownedCount - shedding.size();
        free.stream().limit(Math.max(0, share - kept)).forEach(wanted::add);
        for (int slot = Slot.COUNT - 1; slot >= 0 && ownedCount - shedding.size() > share; slot--) {
            if (owned[slot]) {
                shedding.add(slot);
            }
        }
    }
}
