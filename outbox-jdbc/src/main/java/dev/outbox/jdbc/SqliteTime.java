package dev.outbox.jdbc;

import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * Time in SQLite: columns hold microseconds since 1970, in the years 1 to 9999 that a message may have. The clock is that of the machine, on which all
 * processes that share a file run; SQLite tells it in milliseconds, and the same within a statement. {@code unixepoch('subsec')} says it shorter, from
 * version 3.42 on.
 */
final class SqliteTime {
    private static final String NOW = "(CAST(ROUND((JULIANDAY('now') - 2440587.5) * 86400000.0) AS INTEGER) * 1000)";

    private SqliteTime() {}

    /** {@code sql} with the time at which the statement runs instead of {@code ${now}}. */
    static String fill(String sql) {
        return sql.replace("${now}", NOW);
    }

    static long micros(Instant time) {
        return Math.addExact(
                TimeUnit.SECONDS.toMicros(time.getEpochSecond()), TimeUnit.NANOSECONDS.toMicros(time.getNano()));
    }
}
