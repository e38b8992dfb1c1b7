package dev.outbox.relay;

import dev.outbox.spi.OutboxStore;
import dev.outbox.spi.Transport;
import java.time.InstantSource;
import java.util.function.Consumer;

/** What a run is made of: everything as it is delivered. A mutant replaces one part by a broken one. */
class Plant {
    /** The database, with its own reading of what a statement does. */
    SimDatabase database(InstantSource clock, Ledger ledger) {
        return new SimDatabase(clock, ledger);
    }

    /** How {@code process} sees the database. */
    OutboxStore store(OutboxStore store, SimProcess process) {
        return store;
    }

    /** How {@code process} sees the destinations. */
    Transport transport(SimProcess process) {
        return process;
    }

    /** The engine of a process. */
    RelayEngine engine(RelayParts parts, long now, Runnable signal, Consumer<Runnable> replies) {
        return new SimEngine(parts, now, signal, replies);
    }
}
