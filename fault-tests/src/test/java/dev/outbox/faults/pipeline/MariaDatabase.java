package dev.outbox.faults.pipeline;

import dev.outbox.faults.nemesis.Fault;
import dev.outbox.testservers.Database;
import dev.outbox.testservers.MariaDbServer;
import java.util.List;

/** A MariaDB. */
final class MariaDatabase implements RunningDatabase {
    private final MariaDbServer server = MariaDbServer.start();
    private final Database database = server.createDatabase();

    @Override
    public Place place() {
        return Place.of(database);
    }

    @Override
    public List<Fault> ownFaults() {
        return List.of(new TableLocked(database, "LOCK TABLES outbox_message WRITE"));
    }

    @Override
    public void kill() {
        server.kill();
    }

    @Override
    public void restart() {
        server.restart();
    }

    @Override
    public void freeze() {
        server.pause();
    }

    @Override
    public void thaw() {
        server.resume();
    }

    @Override
    public void endConnections() {
        Statements.column(
                        database,
                        "SELECT id FROM information_schema.processlist WHERE db = database() AND id <> connection_id()")
                .forEach(this::end);
    }

    private void end(String connection) {
        try {
            Statements.execute(database, "KILL CONNECTION " + connection);
        } catch (IllegalStateException gone) {
            // It has ended by itself meanwhile.
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
