package dev.outbox.relay;

import dev.outbox.spi.Change;
import dev.outbox.spi.OutboxStore;
import dev.outbox.spi.RowRef;
import dev.outbox.spi.Settlement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Tells the database what became of messages, in batches: the confirmed are deleted, the failed parked, the hopeless buried. A batch whose outcome is not known is
 * repeated until it is; only then are its rows let go.
 */
class Settler {
    private record Entry(Held held, Change change) {}

    private record Batch(List<Held> confirmed, List<RowRef> rows, List<Entry> entries, Settlement settlement) {}

    private final OutboxStore store;
    private final String instance;
    private final Memory memory;
    private final Leases leases;
    private final Dispatcher dispatcher;
    private final int size;
    private final long delayNanos;
    private final DueTimer due;
    private final LongConsumer onEnqueued;

    private List<Held> confirmed = new ArrayList<>();
    private List<Entry> entries = new ArrayList<>();
    private long oldestNanos;

    /** @param onEnqueued told when rows were put to the end of {@code outbox_message} */
    Settler(
            OutboxStore store,
            String instance,
            Memory memory,
            Leases leases,
            Dispatcher dispatcher,
            RelayOptions options,
            DueTimer due,
            LongConsumer onEnqueued) {
        this.store = store;
        this.instance = instance;
        this.memory = memory;
        this.leases = leases;
        this.dispatcher = dispatcher;
        this.size = options.settleSize();
        this.delayNanos = options.settleDelay().toNanos();
        this.due = due;
        this.onEnqueued = onEnqueued;
    }

    /** The message is confirmed: it is done wherever it stands, whoever owns its slot. */
    void confirm(Held held, long now) {
        began(now);
        confirmed.add(held);
    }

    /** A fenced change of a row. */
    void change(Held held, Change change, long now) {
        began(now);
        if (change instanceof Change.Park park && park.reason().blocks()) {
            held.queue.moves++;
        } else if (change instanceof Change.Bury) {
            held.queue.burials++;
        }
        memory.busy(held, Held.State.SETTLING);
        entries.add(new Entry(held, change));
    }

    private void began(long now) {
        if (isEmpty()) {
            oldestNanos = now;
        }
    }

    boolean isEmpty() {
        return confirmed.isEmpty() && entries.isEmpty();
    }

    boolean isDue(long now) {
        return !isEmpty() && (confirmed.size() + entries.size() >= size || now - oldestNanos >= delayNanos);
    }

    /** Nanoseconds until what is there is to be settled. */
    long nanosUntilDue(long now) {
        return isEmpty() ? Long.MAX_VALUE : Math.max(0, oldestNanos + delayNanos - now);
    }

    /** Settles what is there; what comes meanwhile waits for the next batch. */
    void settle(CommandLane lane, LongSupplier clock, Runnable onSettled, Consumer<RuntimeException> onFailure) {
        Batch batch = nextBatch();
        lane.submit(
                () -> run(batch),
                lost -> {
                    settled(batch, lost, clock.getAsLong());
                    onSettled.run();
                },
                failure -> {
                    confirmed.addAll(0, batch.confirmed());
                    entries.addAll(0, batch.entries());
                    onFailure.accept(failure);
                });
    }

    private Batch nextBatch() {
        Map<Integer, Long> epochs = new HashMap<>();
        List<Entry> mine = new ArrayList<>(entries.size());
        List<Change> changes = new ArrayList<>(entries.size());
        for (Entry entry : entries) {
            Held held = entry.held();
            if (leases.owns(held.slot())
                    && leases.epoch(held.slot()) == held.epoch
                    && held.state == Held.State.SETTLING) {
                epochs.put(held.slot(), held.epoch);
                mine.add(entry);
                changes.add(entry.change());
            }
        }
        List<RowRef> rows = new ArrayList<>(confirmed.size());
        for (Held held : confirmed) {
            rows.add(held.row());
        }
        Batch batch = new Batch(confirmed, rows, mine, new Settlement(instance, epochs, changes));
        confirmed = new ArrayList<>();
        entries = new ArrayList<>();
        return batch;
    }

    private Set<Integer> run(Batch batch) {
        if (!batch.rows().isEmpty()) {
            store.complete(batch.rows());
        }
        return batch.settlement().changes().isEmpty() ? Set.of() : store.settle(batch.settlement());
    }

    private void settled(Batch batch, Set<Integer> lost, long now) {
        for (Held held : batch.confirmed()) {
            if (held.state == Held.State.SETTLING) {
                memory.gone(held);
            }
            if (held.parked) {
                due.wakeIn(0, now);
            }
        }
        lost.forEach(leases::lose);
        for (Entry entry : batch.entries()) {
            if (entry.held().state == Held.State.SETTLING) {
                changed(entry.held(), entry.change());
                wake(entry.change(), now);
            }
        }
    }

    private void changed(Held held, Change change) {
        KeyQueue queue = held.queue;
        if (change instanceof Change.Park park && park.reason().blocks()) {
            queue.moves--;
            queue.movedByRead = memory.lastRead();
        } else if (change instanceof Change.Bury) {
            queue.burials--;
        }
        memory.gone(held);
        dispatcher.list(queue);
    }

    /** What was changed may be due, or make another row due. Not before it is committed: a read in between would find nothing and look no more. */
    private void wake(Change change, long now) {
        if (change instanceof Change.Park park) {
            due.wakeIn(park.delay().toNanos(), now);
        } else if (change instanceof Change.Reschedule reschedule) {
            due.wakeIn(reschedule.delay().toNanos(), now);
        } else if (change instanceof Change.Bury) {
            due.wakeIn(0, now);
        } else if (change instanceof Change.Enqueue) {
            onEnqueued.accept(now);
        }
    }
}
