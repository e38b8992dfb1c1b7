package dev.outbox.relay;

import dev.outbox.spi.OutboxStore;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the durable note of what is in flight ahead of what is sent; see {@link Suspects}. Nothing goes before the note that covers it is committed.
 */
class Notes {
    private final OutboxStore store;
    private final String instance;
    private final Suspects suspects;
    private final Memory memory;
    private final Leases leases;
    /** The note to be written next, or null. */
    private Suspects.@Nullable Note next;

    private Suspects.@Nullable Note groupNote;
    private boolean written;

    Notes(OutboxStore store, String instance, Suspects suspects, Memory memory, Leases leases) {
        this.store = store;
        this.instance = instance;
        this.suspects = suspects;
        this.memory = memory;
        this.leases = leases;
    }

    /** Whether {@code held} may be sent under the stored note; if not, sees to it that it soon may. */
    boolean allow(Held held) {
        groupNote = null;
        boolean noted = suspects.isNoted(held.slot(), held.position(), held.parked);
        if (next == null && (!noted || (!held.parked && suspects.isRunningOut(held.position())))) {
            next = noteOfAll(held);
        }
        return noted;
    }

    /** Whether a group of suspects may be sent under the stored note; if not, sees to it that it soon may. */
    boolean allow(List<Held> group) {
        Suspects.Note wanted = noteOfGroup(group);
        if (wanted.equals(groupNote)) {
            return true;
        }
        next = wanted;
        return false;
    }

    private Suspects.Note noteOfGroup(List<Held> group) {
        if (group.size() == 1) {
            Held alone = group.get(0);
            return Suspects.Note.alone(slots(), alone.position(), alone.attempts);
        }
        return Suspects.Note.group(slots(), group.stream().map(Held::position).toList());
    }

    private Suspects.Note noteOfAll(Held first) {
        long low = first.parked ? Long.MAX_VALUE : first.position();
        long high = first.parked ? 0 : first.position();
        boolean parked = first.parked;
        for (Held held : memory.rows()) {
            if (held.parked) {
                parked = true;
            } else {
                low = Math.min(low, held.position());
                high = Math.max(high, held.position());
            }
        }
        return suspects.rangeNote(slots(), Math.min(low, high), high, parked);
    }

    private long slots() {
        long slots = 0;
        for (int slot = 0; slot < dev.outbox.spi.Slot.COUNT; slot++) {
            if (leases.owns(slot)) {
                slots |= 1L << slot;
            }
        }
        return slots;
    }

    /** Whether this life of the instance has stored no note yet. */
    boolean nothingWritten() {
        return !written;
    }

    boolean isWriteDue() {
        return next != null;
    }

    /** The slots changed: what is stored does not cover them. */
    void slotsChanged() {
        suspects.noted(null);
        groupNote = null;
    }

    /** Writes the next note; calls back when it is durable. */
    void write(CommandLane lane, Runnable onWritten, java.util.function.Consumer<RuntimeException> onFailure) {
        Suspects.Note note = next;
        if (note == null) {
            return;
        }
        long slots = note.slots();
        written = true;
        lane.submit(
                () -> {
                    store.mark(instance, note.encode());
                    return note;
                },
                stored -> {
                    next = null;
                    boolean current = slots == slots();
                    suspects.noted(current ? stored : null);
                    groupNote = current && !stored.positions().isEmpty() ? stored : null;
                    onWritten.run();
                },
                failure -> {
                    suspects.noted(null);
                    groupNote = null;
                    onFailure.accept(failure);
                });
    }
}
