package dev.outbox.relay;

import dev.outbox.spi.DeadLetters;
import dev.outbox.spi.Depth;
import dev.outbox.spi.DueFetch;
import dev.outbox.spi.DueFetched;
import dev.outbox.spi.Fetch;
import dev.outbox.spi.Fetched;
import dev.outbox.spi.Heartbeat;
import dev.outbox.spi.LeaseTable;
import dev.outbox.spi.OutboxStore;
import dev.outbox.spi.RowRef;
import dev.outbox.spi.Settlement;
import dev.outbox.spi.StoreException;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** One relay's connection to the database: what is asked fails before it is done, or is done and its answer is lost. */
class SimStore implements OutboxStore {
    private final OutboxStore database;
    private final Scenario scenario;
    private final Ledger ledger;
    private final Runnable disturbed;
    private final Timeline timeline;
    private final String name;

    SimStore(OutboxStore database, Simulation simulation, String name) {
        this.database = database;
        this.scenario = simulation.scenario;
        this.ledger = simulation.ledger;
        this.disturbed = simulation::disturbed;
        this.timeline = simulation.timeline;
        this.name = name;
    }

    private <T> T ask(Supplier<T> question) {
        if (scenario.happens(Fault.STORE_FAILURE, 0.15)) {
            disturbed.run();
            Story.tell(timeline, name, "  is refused");
            throw new StoreException("refused");
        }
        T answer = question.get();
        if (scenario.happens(Fault.LOST_REPLY, 0.15)) {
            disturbed.run();
            Story.tell(timeline, name, "  does not hear that it was done");
            throw new StoreException("answer lost");
        }
        return answer;
    }

    @Override
    public LeaseTable heartbeat(Heartbeat heartbeat) {
        return ask(() -> {
            Story.tell(timeline, name, heartbeat);
            LeaseTable table = database.heartbeat(heartbeat);
            for (LeaseTable.Instance instance : table.instances()) {
                if (!instance.alive() && instance.marker() != null) {
                    ledger.silent(instance.name(), instance.marker());
                }
            }
            return table;
        });
    }

    @Override
    public void leave(String instance) {
        ask(() -> {
            database.leave(instance);
            return instance;
        });
    }

    @Override
    public void mark(String instance, String marker) {
        ask(() -> {
            Story.tell(timeline, name, "mark " + instance + ": " + marker);
            database.mark(instance, marker);
            return instance;
        });
    }

    @Override
    public Fetched fetch(Fetch fetch) {
        return ask(() -> {
            Fetched fetched = database.fetch(fetch);
            fetched.readers().forEach(reader -> reader.rows().forEach(this::read));
            return fetched;
        });
    }

    private void read(Fetched.Row row) {
        if (row.scheduled()) {
            ledger.readEarly(row.stored().message());
        } else {
            ledger.readDue(row.stored().message());
        }
        if (Story.isTold()) {
            String flags = (row.blocked() ? " blocked" : "") + (row.scheduled() ? " scheduled" : "");
            Story.tell(
                    timeline,
                    name,
                    row.stored().message().id(),
                    "reads " + row.stored().row() + flags);
        }
    }

    @Override
    public DueFetched fetchDue(DueFetch fetch) {
        return ask(() -> {
            DueFetched fetched = database.fetchDue(fetch);
            fetched.due().forEach(due -> {
                ledger.charged(due.head());
                Story.tell(timeline, name, due.head().stored().message().id(), "reads due " + due.head());
                due.followers()
                        .forEach(follower -> Story.tell(
                                timeline, name, follower.stored().message().id(), "reads behind " + follower));
            });
            return fetched;
        });
    }

    @Override
    public void complete(List<RowRef> confirmed) {
        ask(() -> {
            confirmed.forEach(row -> Story.tell(timeline, name, row.id(), "completes " + row));
            database.complete(confirmed);
            return confirmed;
        });
    }

    @Override
    public Set<Integer> settle(Settlement settlement) {
        return ask(() -> {
            Set<Integer> lost = database.settle(settlement);
            settlement
                    .changes()
                    .forEach(change -> Story.tell(
                            timeline,
                            name,
                            change.row().id(),
                            (lost.contains(change.row().slot()) ? "LOST " : "") + change));
            return lost;
        });
    }

    @Override
    public int releaseStranded(Set<Integer> slots) {
        return ask(() -> database.releaseStranded(slots));
    }

    @Override
    public Depth depth(long bound) {
        return database.depth(bound);
    }

    @Override
    public DeadLetters deadLetters() {
        return database.deadLetters();
    }

    @Override
    public Registration onPublish(Runnable hint) {
        return database.onPublish(hint);
    }
}
