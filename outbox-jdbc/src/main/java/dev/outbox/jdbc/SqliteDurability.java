package dev.outbox.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Settings of a SQLite database that forget what was committed, or let its users get in each other's way. */
final class SqliteDurability {
    private static final long SHORT_BUSY_TIMEOUT_MILLIS = 1_000;
    private static final int FULL = 2;

    private SqliteDurability() {}

    static List<String> warnings(Connection connection) throws SQLException {
        if (isInMemory(connection)) {
            return List.of(
                    "This SQLite database is in memory alone: all messages are gone when it closes. Use a file for"
                            + " messages that must not be lost.");
        }
        List<String> warnings = new ArrayList<>();
        String journal = SqliteTransactions.pragma(connection, "journal_mode").toLowerCase(Locale.ROOT);
        if (journal.equals("off") || journal.equals("memory")) {
            warnings.add("A process that is killed while it writes destroys this SQLite database (journal_mode="
                    + journal + "). Set journal_mode=WAL.");
        } else if (!journal.equals("wal")) {
            warnings.add("In this SQLite database whoever reads keeps others from committing (journal_mode=" + journal
                    + "). Set journal_mode=WAL, once.");
        }
        synchronous(connection, warnings);
        long busyTimeout = SqliteTransactions.busyTimeout(connection);
        if (busyTimeout < SHORT_BUSY_TIMEOUT_MILLIS) {
            warnings.add("Statements fail when another connection has written for " + busyTimeout + " ms (busy_timeout="
                    + busyTimeout + "). Set it to 10000 for every connection.");
        }
        return warnings;
    }

    private static void synchronous(Connection connection, List<String> warnings) throws SQLException {
        String level = SqliteTransactions.pragma(connection, "synchronous");
        if (Integer.parseInt(level) < FULL) {
            warnings.add("SQLite forgets acknowledged commits when the machine crashes (synchronous=" + level
                    + "). Set synchronous=FULL for every connection.");
        }
    }

    private static boolean isInMemory(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT file FROM pragma_database_list WHERE name = 'main'")) {
            String file = row.next() ? row.getString(1) : null;
            return file == null || file.isEmpty();
        }
    }
}
