package dev.outbox.relay;

import dev.outbox.spi.Change;
import dev.outbox.spi.DueFetch;
import dev.outbox.spi.DueFetched;
import dev.outbox.spi.DueFetched.Due;
import dev.outbox.spi.DueFetched.Parked;
import dev.outbox.spi.KeyRef;
import dev.outbox.spi.ParkReason;
import dev.outbox.spi.Slot;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code outbox_parked}: the due first row of each key, with a few of those behind it, which follow in memory as long as each is confirmed. Scheduled rows
 * that are due go back to the end of {@code outbox_message} (R12).
 */
class DueIntake {
    private static final int LIMIT = 100;
    private static final int FOLLOWERS = 20;
    private static final Duration AFTER_PAUSE = Duration.ofSeconds(5);

    /** A read under way. */
    record Plan(DueFetch fetch, Map<Integer, Long> epochs) {}

    private final Memory memory;
    private final Leases leases;
    private final RelayOptions options;
    private final Suspects suspects;
    private final Dispatcher dispatcher;
    private final Settler settler;
    private final Verdicts verdicts;
    private final DueTimer timer;

    DueIntake(
            Memory memory,
            Leases leases,
            RelayOptions options,
            Suspects suspects,
            Dispatcher dispatcher,
            Settler settler,
            Verdicts verdicts,
            DueTimer timer) {
        this.memory = memory;
        this.leases = leases;
        this.options = options;
        this.suspects = suspects;
        this.dispatcher = dispatcher;
        this.settler = settler;
        this.verdicts = verdicts;
        this.timer = timer;
    }

    /** What to read now, or null if there is no room or no slot for it: parked rows may fill half of memory. */
    @Nullable
    Plan plan(long now) {
        Map<Integer, Long> epochs = new HashMap<>();
        for (int slot = 0; slot < Slot.COUNT; slot++) {
            if (leases.serves(slot)) {
                epochs.put(slot, leases.epoch(slot));
            }
        }
        Map<Integer, Set<Long>> held = new HashMap<>();
        int count = 0;
        long heldBytes = 0;
        for (Held row : memory.rows()) {
            if (row.parked) {
                held.computeIfAbsent(row.slot(), slot -> new HashSet<>()).add(row.position());
                count++;
                heldBytes += row.bytes();
            }
        }
        int room = Math.min(options.maxHeld() - memory.size(), options.maxHeld() / 2 - count);
        long bytes = Math.min(options.maxHeldBytes() - memory.bytes(), options.maxHeldBytes() / 2 - heldBytes);
        timer.clear();
        if (epochs.isEmpty() || (memory.size() > 0 && (room < 1 || bytes < 1))) {
            timer.wakeIn(options.minPoll().toNanos(), now);
            return null;
        }
        memory.readBegins();
        int limit = Math.max(1, Math.min(LIMIT, room / 2));
        int followers = Math.max(0, Math.min(FOLLOWERS, room / limit - 1));
        return new Plan(new DueFetch(epochs.keySet(), limit, followers, held, Math.max(1, bytes)), epochs);
    }

    /** Takes what a read brought. */
    void process(Plan plan, DueFetched fetched, long now) {
        boolean skipped = false;
        for (Due due : fetched.due()) {
            int slot = due.head().stored().row().slot();
            if (leases.owns(slot)
                    && Objects.equals(leases.epoch(slot), plan.epochs().get(slot))) {
                skipped |= !take(due, now);
            }
        }
        boolean again = skipped || fetched.nextDueNanos() == 0;
        timer.wakeIn(again ? options.minPoll().toNanos() : fetched.nextDueNanos(), now);
    }

    private boolean take(Due due, long now) {
        Parked head = due.head();
        if (memory.holds(head.stored().row().position()) || isBusy(head)) {
            return false;
        }
        Held held = add(head, now);
        if (head.stored().flaw().isPresent()) {
            verdicts.unreadable(held, now);
        } else if (head.reason() == ParkReason.SCHEDULED) {
            settler.change(held, new Change.Enqueue(held.row()), now);
        } else if (wasAlone(head)) {
            verdicts.chargeCrash(held, now);
        } else if (cannotGoSoon(held, now)) {
            settler.change(
                    held, new Change.Reschedule(held.row(), head.reason(), head.attempts(), AFTER_PAUSE, ""), now);
        } else {
            List<Parked> followers = untilSuspect(due.followers(), now);
            enqueue(held, head);
            followers.forEach(follower -> enqueue(add(follower, now), follower));
        }
        return true;
    }

    /** Whether it would only take room in memory: its destination takes nothing, or enough of its retries wait for a budget. */
    private boolean cannotGoSoon(Held held, long now) {
        Lane lane = held.lane();
        boolean down = lane.isPaused(now) || (!lane.isOpen() && lane.waiting > 1);
        return down || (held.attempts > 0 && lane.retries.size() >= Shares.probes(options.maxHeld()));
    }

    /**
     * What may follow in memory. A row for which a process ended can stand behind another: it was sent when the one before it was confirmed, and the delete of that
     * one was not committed. It is charged where it stands, and nothing follows it.
     */
    private List<Parked> untilSuspect(List<Parked> followers, long now) {
        for (int i = 0; i < followers.size(); i++) {
            Parked follower = followers.get(i);
            if (follower.stored().flaw().isPresent()) {
                verdicts.unreadable(add(follower, now), now);
                return followers.subList(0, i);
            }
            if (wasAlone(follower)) {
                verdicts.chargeCrash(add(follower, now), now);
                return followers.subList(0, i);
            }
        }
        return followers;
    }

    private boolean wasAlone(Parked row) {
        return suspects.wasAlone(row.stored().row().slot(), row.stored().row().position(), row.attempts());
    }

    /** Whether rows of the key are in memory already, or on the move. */
    private boolean isBusy(Parked row) {
        String key = row.stored().message().key().orElse(null);
        KeyQueue queue = key == null
                ? null
                : memory.queue(new KeyRef(row.stored().message().destination(), key));
        return queue != null && row.reason().blocks() && (queue.held > 0 || queue.moves > 0);
    }

    private Held add(Parked row, long now) {
        Held held = memory.add(row.stored(), leases.epoch(row.stored().row().slot()), true);
        held.attempts = row.attempts();
        held.lastDelayNanos = row.lastDelayNanos();
        held.failingForNanos = row.parkedNanosAgo();
        held.sinceNanos = now;
        return held;
    }

    private void enqueue(Held held, Parked row) {
        held.suspicion = row.reason() == ParkReason.SUSPECT
                ? Suspicion.ONE_OF_FEW
                : suspects.suspicion(held.slot(), held.position(), true);
        dispatcher.enqueue(held);
    }
}
