package dev.outbox.faults.pipeline;

import dev.outbox.faults.nemesis.Fault;
import dev.outbox.testservers.Database;
import dev.outbox.testservers.PostgresServer;
import java.util.List;

/** A PostgreSQL. */
final class PostgresDatabase implements RunningDatabase {
    private final PostgresServer server = PostgresServer.start();
    private final Database database = server.createDatabase();

    @Override
    public Place place() {
        return Place.of(database);
    }

    @Override
    public List<Fault> ownFaults() {
        return List.of(new TableLocked(database, "LOCK TABLE outbox_message IN ACCESS EXCLUSIVE MODE"));
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
        Statements.execute(
                database,
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
    }

    @Override
    public void close() {
        server.close();
    }
}
