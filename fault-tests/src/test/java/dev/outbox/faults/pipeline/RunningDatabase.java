package dev.outbox.faults.pipeline;

import dev.outbox.faults.nemesis.Fault;
import dev.outbox.faults.nemesis.Server;
import java.util.List;

/** A database of one run, there to be killed. What it has committed survives that. */
interface RunningDatabase extends Server, AutoCloseable {
    /** Where it is, the same after a restart. */
    Place place();

    /** What goes wrong in such a database alone. */
    List<Fault> ownFaults();

    @Override
    default String name() {
        return "database";
    }

    @Override
    default boolean endsConnections() {
        return true;
    }

    @Override
    void close();
}
