package dev.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.spi.StoreException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailuresTest {
    @ParameterizedTest
    @CsvSource({
        "42P01, missing",
        "42S02, missing",
        "3F000, missing",
        "90079, missing",
        "42703, outdated",
        "42S22, outdated",
        "40001, elsewhere",
        "40P01, elsewhere",
        "55P03, elsewhere",
        "HYT00, elsewhere",
        "57014, timeout",
        "70100, timeout",
        "23505, duplicate",
        "25P02, other",
        "08006, other",
        "22012, other"
    })
    void failuresAreToldApartByTheirState(String state, String meaning) {
        SQLException failure = new SQLException("text", state);
        assertThat(Failures.isMissingTable(failure)).isEqualTo(meaning.equals("missing"));
        assertThat(Failures.isOutdated(failure)).isEqualTo(meaning.equals("outdated"));
        assertThat(Failures.isElsewhere(failure)).isEqualTo(meaning.equals("elsewhere"));
        assertThat(Failures.isTimeout(failure)).isEqualTo(meaning.equals("timeout"));
        assertThat(Failures.isDuplicate(failure)).isEqualTo(meaning.equals("duplicate"));
    }

    @ParameterizedTest
    @CsvSource({
        "HY000, 1205, true, false",
        "HY000, 1020, true, false",
        "HY000, 1, false, false",
        "23000, 1062, false, true",
        "23000, 1048, false, false"
    })
    void whereMySqlGivesOneStateToManyFailuresItsNumberTells(
            String state, int number, boolean elsewhere, boolean duplicate) {
        SQLException failure = new SQLException("text", state, number);
        assertThat(Failures.isElsewhere(failure)).isEqualTo(elsewhere);
        assertThat(Failures.isDuplicate(failure)).isEqualTo(duplicate);
    }

    @ParameterizedTest
    @CsvSource({
        "[SQLITE_ERROR] SQL error or missing database (no such table: x), missing",
        "[SQLITE_ERROR] SQL error or missing database (no such column: x), outdated",
        "[SQLITE_ERROR] SQL error or missing database (table x has no column named y), outdated",
        "[SQLITE_ERROR] SQL error or missing database (no such index: x), outdated",
        "[SQLITE_BUSY] The database file is locked (database is locked), elsewhere",
        "[SQLITE_BUSY_SNAPSHOT] Another database connection has already written to the database (database is locked), elsewhere",
        "[SQLITE_LOCKED_SHAREDCACHE] Contention with a different database connection (database table is locked), elsewhere",
        "[SQLITE_INTERRUPT] Operation terminated (interrupted), timeout",
        "[SQLITE_CONSTRAINT_PRIMARYKEY] A PRIMARY KEY constraint failed (UNIQUE constraint failed: x.y), duplicate",
        "[SQLITE_CONSTRAINT_UNIQUE] A UNIQUE constraint failed (UNIQUE constraint failed: x.y), duplicate",
        "[SQLITE_CONSTRAINT_NOTNULL] A NOT NULL constraint failed (NOT NULL constraint failed: x.y), other",
        "[SQLITE_FULL]  Insertion failed because database is full (database or disk is full), other",
        "the database is locked, other"
    })
    void sqliteNamesItsFailuresInTheirTexts(String text, String meaning) {
        SQLException failure = new SQLException(text);
        assertThat(Failures.isMissingTable(failure)).isEqualTo(meaning.equals("missing"));
        assertThat(Failures.isOutdated(failure)).isEqualTo(meaning.equals("outdated"));
        assertThat(Failures.isElsewhere(failure)).isEqualTo(meaning.equals("elsewhere"));
        assertThat(Failures.isElsewhere(Failures.harmless(failure))).isEqualTo(meaning.equals("elsewhere"));
        assertThat(Failures.isTimeout(failure)).isEqualTo(meaning.equals("timeout"));
        assertThat(Failures.isDuplicate(failure)).isEqualTo(meaning.equals("duplicate"));
    }

    @Test
    void aFailureIsElsewhereAlsoWhenSomethingIsWrappedAroundIt() {
        Throwable wrapped = new IllegalStateException(new RuntimeException(new SQLException("deadlock", "40P01")));
        assertThat(Failures.isElsewhere(wrapped)).isTrue();
        assertThat(Failures.isElsewhere(new IllegalStateException("no"))).isFalse();
        assertThat(Failures.isElsewhere(null)).isFalse();
    }

    @Test
    void aFailureWithoutAStateIsNoneOfThese() {
        assertThat(Failures.isElsewhere(new SQLException("no state"))).isFalse();
        assertThat(text(new SQLException("no state"))).contains("no state").contains("SQLState none");
        assertThat(text(new SQLException())).contains("cannot renew leases");
    }

    @Test
    void valuesThatTheDatabaseQuotesAreLeftOut() {
        assertThat(text(new SQLException(
                        "ERROR: duplicate key value violates unique constraint \"x\"\n  Detail: Key (id)=(canary) exists.",
                        "23505")))
                .contains("violates unique constraint")
                .doesNotContain("canary");
        assertThat(text(new SQLException(
                        "Unique index or primary key violation: \"X ON T(ID) VALUES ('canary')\"; SQL statement:\nINSERT",
                        "23505")))
                .contains("Unique index")
                .doesNotContain("canary");
        assertThat(text(new SQLException("(conn=6) Duplicate entry 'pay-canary' for key 'PRIMARY'", "23000", 1062)))
                .contains("Duplicate entry")
                .doesNotContain("canary");
        assertThat(text(new SQLException("Table \"T\" not found; SQL statement:\nselect 'canary'", "42S05")))
                .contains("not found")
                .doesNotContain("canary");
    }

    @Test
    void ofABatchTheFailureOfTheStatementIsShown() {
        SQLException batch =
                new BatchUpdateException("Batch entry 0 INSERT ... ('canary') was aborted", "22001", new int[0]);
        batch.setNextException(new SQLException("ERROR: value too long", "22001"));
        assertThat(text(batch)).contains("value too long").doesNotContain("canary");
    }

    @Test
    void credentialsAreLeftOut() {
        assertThat(text(new SQLException("cannot connect to jdbc:x://user:canary@host?password=canary", "08001")))
                .doesNotContain("canary");
    }

    private static String text(SQLException failure) {
        StoreException exception = Failures.store("renew leases", failure, Names.plain(), "h2");
        return Threads.stackTraceOf(exception);
    }
}
