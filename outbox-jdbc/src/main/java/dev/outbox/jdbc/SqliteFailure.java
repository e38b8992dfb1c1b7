package dev.outbox.jdbc;

import java.sql.SQLException;

/** What an error of SQLite means, by the text that its driver gives it. The table is in {@link Failures}. */
final class SqliteFailure {
    private SqliteFailure() {}

    static boolean isMissingTable(SQLException failure) {
        return isNamed(failure, "SQLITE_ERROR") && says(failure, "no such table");
    }

    static boolean isOutdated(SQLException failure) {
        return isNamed(failure, "SQLITE_ERROR")
                && (says(failure, "no such column")
                        || says(failure, "has no column named")
                        || says(failure, "no such index"));
    }

    static boolean isDuplicate(SQLException failure) {
        return isNamed(failure, "SQLITE_CONSTRAINT_PRIMARYKEY") || isNamed(failure, "SQLITE_CONSTRAINT_UNIQUE");
    }

    static boolean isBusy(SQLException failure) {
        return isNamed(failure, "SQLITE_BUSY") || isNamed(failure, "SQLITE_LOCKED");
    }

    static boolean isInterrupt(SQLException failure) {
        return isNamed(failure, "SQLITE_INTERRUPT");
    }

    /** What a user can do about it, to be appended to a text; empty if that is not for us to say. */
    static String advice(SQLException failure) {
        if (isNamed(failure, "SQLITE_BUSY_SNAPSHOT")) {
            return ". This transaction had read before another one wrote, and can write no more. Roll it back, and begin those that"
                    + " write with BEGIN IMMEDIATE: by transaction_mode=IMMEDIATE in the URL, or by JdbcOutbox.transaction(...)";
        }
        return isBusy(failure)
                ? ". Another transaction has been writing for too long: SQLite has one writer at a time. Keep transactions short, and set"
                        + " busy_timeout for every connection"
                : "";
    }

    /** Whether the error is {@code name}, or a kind of it. */
    private static boolean isNamed(SQLException failure, String name) {
        String text = failure.getMessage();
        return failure.getSQLState() == null && text != null && text.startsWith("[" + name);
    }

    private static boolean says(SQLException failure, String words) {
        return String.valueOf(failure.getMessage()).contains(words);
    }
}
