package dev.outbox.relay;

import dev.outbox.spi.Depth;
import dev.outbox.spi.OutboxStore;
import dev.outbox.spi.Slot;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the relay has to do now and then, while there is nothing to settle: one command at a time. All but {@link #depth} on the engine's thread. */
final class Chores {
    private static final long STRANDED_NANOS = Duration.ofMinutes(1).toNanos();
    private static final long DEPTH_NANOS = Duration.ofSeconds(5).toNanos();
    private static final long DEPTH_BOUND = 100_000;

    private final OutboxStore store;
    private final Leases leases;
    private final DueTimer due;
    /** Instances that ended and whose notes have been taken into account. */
    private final Deque<String> served = new ArrayDeque<>();

    private volatile boolean depthWanted;
    private volatile @Nullable Depth depth;
    private long nextStrandedNanos;
    private long nextDepthNanos;

    Chores(OutboxStore store, Leases leases, DueTimer due, long now) {
        this.store = store;
        this.leases = leases;
        this.due = due;
        this.nextStrandedNanos = now + STRANDED_NANOS;
        this.nextDepthNanos = now;
    }

    /** The counts of the tables, as they were read last; they are read again soon. Any thread. */
    @Nullable
    Depth depth() {
        depthWanted = true;
        return depth;
    }

    /** The notes of these instances need not be kept. */
    void served(Collection<String> instances) {
        served.addAll(instances);
    }

    /** The instance is there, and keeps its note itself. */
    void isAlive(String instance) {
        served.remove(instance);
    }

    /** Begins what is due; false if nothing is. */
    boolean next(CommandLane lane, long now, Consumer<RuntimeException> onFailure) {
        if (now - nextStrandedNanos >= 0 && leases.ownedCount() > 0) {
            nextStrandedNanos = now + STRANDED_NANOS;
            Set<Integer> slots = owned();
            lane.submit(() -> store.releaseStranded(slots), count -> released(count, now), onFailure);
        } else if (!served.isEmpty()) {
            String instance = served.pop();
            lane.submit(() -> unmark(instance), done -> {}, onFailure);
        } else if (depthWanted && now - nextDepthNanos >= 0) {
            depthWanted = false;
            nextDepthNanos = now + DEPTH_NANOS;
            lane.submit(() -> store.depth(DEPTH_BOUND), counts -> depth = counts, onFailure);
        } else {
            return false;
        }
        return true;
    }

    private Set<Integer> owned() {
        Set<Integer> slots = new HashSet<>();
        for (int slot = 0; slot < Slot.COUNT; slot++) {
            if (leases.owns(slot)) {
                slots.add(slot);
            }
        }
        return slots;
    }

    private void released(int count, long now) {
        if (count > 0) {
            due.wakeIn(0, now);
        }
    }

    private String unmark(String instance) {
        store.mark(instance, null);
        return instance;
    }
}
