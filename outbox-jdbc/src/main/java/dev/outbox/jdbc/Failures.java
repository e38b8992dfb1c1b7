package dev.outbox.jdbc;

import dev.outbox.spi.FailureText;
import dev.outbox.spi.StoreException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a database's error means, by its SQLState, and by its number where the state of many errors is the same.
 *
 * <table>
 *   <caption>classification</caption>
 *   <tr><td>42P01, 42S02, 42S04, 3F000, 90079</td><td>a table or the schema is missing</td></tr>
 *   <tr><td>42703, 42S22</td><td>a table is of another version</td></tr>
 *   <tr><td>40001, 40P01, 55P03, HYT00; MySQL's 1020, 1205</td><td>another transaction works on the same rows</td></tr>
 *   <tr><td>57014, 70100</td><td>the statement took too long</td></tr>
 *   <tr><td>23505; 23000 with MySQL's 1062</td><td>the row is there already</td></tr>
 *   <tr><td>25P02</td><td>an earlier error has doomed the transaction</td></tr>
 * </table>
 *
 * <p>SQLite has no states; its driver's texts begin with the name of the error, and end with SQLite's words.
 *
 * <table>
 *   <caption>classification of SQLite's errors</caption>
 *   <tr><td>"no such table"</td><td>a table is missing</td></tr>
 *   <tr><td>"no such column", "has no column named", "no such index"</td><td>a table is of another version</td></tr>
 *   <tr><td>SQLITE_BUSY, SQLITE_LOCKED and what begins so</td><td>another transaction writes</td></tr>
 *   <tr><td>SQLITE_INTERRUPT</td><td>the statement took too long</td></tr>
 *   <tr><td>SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE</td><td>the row is there already</td></tr>
 * </table>
 */
final class Failures {
    private static final Set<String> MISSING = Set.of("42P01", "42S02", "42S03", "42S04", "3F000", "90079");
    private static final Set<String> OUTDATED = Set.of("42703", "42S22");
    private static final Set<String> ELSEWHERE = Set.of("40001", "40P01", "55P03", "HYT00");
    private static final Set<String> TIMEOUT = Set.of("57014", "70100");
    private static final Set<String> DUPLICATE = Set.of("23505");
    private static final Set<String> DEADLOCK = Set.of("40001", "40P01");

    /** MySQL: a lock was not granted in time, and, from MariaDB 11.6 on, a row has changed since the transaction began. */
    private static final Set<Integer> MYSQL_ELSEWHERE = Set.of(1205, 1020);

    private static final int MYSQL_DUPLICATE = 1062;

    /** MySQL: a table or an index has just been made by somebody else. */
    private static final Set<Integer> MYSQL_MADE_ELSEWHERE = Set.of(1050, 1061);

    private Failures() {}

    static boolean isMissingTable(SQLException failure) {
        return MISSING.contains(state(failure)) || SqliteFailure.isMissingTable(failure);
    }

    static boolean isOutdated(SQLException failure) {
        return OUTDATED.contains(state(failure)) || SqliteFailure.isOutdated(failure);
    }

    /** Whether a statement took too long and was given up. */
    static boolean isTimeout(SQLException failure) {
        return TIMEOUT.contains(state(failure))
                || failure instanceof SQLTimeoutException
                || SqliteFailure.isInterrupt(failure);
    }

    static boolean isDuplicate(SQLException failure) {
        return DUPLICATE.contains(state(failure))
                || (state(failure).equals("23000") && failure.getErrorCode() == MYSQL_DUPLICATE)
                || SqliteFailure.isDuplicate(failure);
    }

    /** Whether the database has rolled the transaction back, so that the same one may succeed at once. */
    static boolean isDeadlock(SQLException failure) {
        return DEADLOCK.contains(state(failure));
    }

    private static boolean saysElsewhere(SQLException failure) {
        return ELSEWHERE.contains(state(failure))
                || (state(failure).equals("HY000") && MYSQL_ELSEWHERE.contains(failure.getErrorCode()))
                || SqliteFailure.isBusy(failure);
    }

    /** Whether {@code failure}, or something that it was caused by, says that another transaction was in the way. */
    static boolean isElsewhere(@Nullable Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < 20; depth++) {
            if (cause instanceof SQLException sql && saysElsewhere(sql)) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    /** Whether {@code failure} says that a table or an index that was to be made is there by now. */
    static boolean isMadeElsewhere(StoreException failure) {
        return failure.getCause() instanceof SQLException sql
                && state(sql).startsWith("42")
                && MYSQL_MADE_ELSEWHERE.contains(sql.getErrorCode());
    }

    /** The exception for a failure of {@code what}, such as "renew leases", with the tables of {@code names} in a database of {@code dialect}. */
    static StoreException store(String what, SQLException failure, Names names, String dialect) {
        SQLException harmless = harmless(failure);
        if (isMissingTable(failure)) {
            return new StoreException("cannot " + what + ": " + Schema.missing(names, dialect), harmless);
        }
        if (isOutdated(failure)) {
            return new StoreException("cannot " + what + ": " + Schema.outdated(names, dialect), harmless);
        }
        return new StoreException(
                "cannot " + what + ": " + harmless.getMessage() + SqliteFailure.advice(failure), harmless);
    }

    /**
     * A copy without what the database quotes of the rows: PostgreSQL names values in the second and later lines (Detail), H2 in what follows the
     * first colon of an integrity violation, and after that the statement, MySQL between apostrophes.
     */
    static SQLException harmless(SQLException thrown) {
        SQLException failure = ofBatch(thrown);
        String state = state(failure);
        String text = String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
        int statement = text.indexOf("; SQL statement:");
        text = statement < 0 ? text : text.substring(0, statement);
        boolean quotesValues = state.startsWith("22") || state.startsWith("23");
        text = quotesValues ? beforeValues(text) : text;
        SQLException harmless = new SQLException(
                FailureText.clean(text) + " (SQLState " + state + ")", failure.getSQLState(), failure.getErrorCode());
        harmless.setStackTrace(failure.getStackTrace());
        return harmless;
    }

    private static String beforeValues(String text) {
        int colon = text.indexOf(':', text.startsWith("ERROR:") ? "ERROR:".length() : 0);
        String head = colon > 0 ? text.substring(0, colon) : text;
        int quote = head.indexOf(" '");
        return quote > 0 ? head.substring(0, quote) : head;
    }

    /** The failure of the statement: drivers put the statement, with its values, into the text of a batch's failure. */
    private static SQLException ofBatch(SQLException thrown) {
        SQLException next = thrown.getNextException();
        return thrown instanceof BatchUpdateException && next != null ? next : thrown;
    }

    private static String state(SQLException failure) {
        String state = failure.getSQLState();
        return state == null ? "none" : state;
    }
}
