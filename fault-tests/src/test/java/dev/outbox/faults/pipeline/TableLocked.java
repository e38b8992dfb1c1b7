package dev.outbox.faults.pipeline;

import dev.outbox.faults.nemesis.Fault;
import dev.outbox.testservers.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A statement of somebody else locks the outbox: whatever touches it waits. */
final class TableLocked implements Fault {
    private static final int PATIENCE_SECONDS = 5;

    private final Database database;
    private final String lock;
    private @Nullable Connection holder;

    TableLocked(Database database, String lock) {
        this.database = database;
        this.lock = lock;
    }

    @Override
    public String name() {
        return "lock outbox of database";
    }

    @Override
    public Set<String> subjects() {
        return Set.of("database");
    }

    @Override
    public Duration shortest() {
        return Duration.ofSeconds(2);
    }

    @Override
    public Duration longest() {
        return Duration.ofSeconds(8);
    }

    @Override
    public void begin() {
        try {
            Connection connection = database.dataSource().getConnection();
            holder = connection;
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.setQueryTimeout(PATIENCE_SECONDS);
                statement.execute(lock);
            }
        } catch (SQLException inUse) {
            // Somebody who is halted holds a row of it: then the table is locked as it is.
            end();
        }
    }

    @Override
    public void end() {
        Connection connection = holder;
        holder = null;
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException lost) {
                // Then the lock is gone as well.
            }
        }
    }
}
