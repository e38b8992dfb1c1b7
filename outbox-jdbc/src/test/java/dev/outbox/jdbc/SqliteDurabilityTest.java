package dev.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.sqlite.SQLiteDataSource;

class SqliteDurabilityTest {
    @RegisterExtension
    final SqliteDatabase database = new SqliteDatabase();

    private List<String> warnings(String settings) {
        try (HikariDataSource pool = database.pool(settings, config -> {})) {
            return JdbcOutbox.on(pool).store().durabilityWarnings();
        }
    }

    @Test
    void whatTheDocumentationAsksForIsGood() {
        assertThat(warnings(SqliteDatabase.SETTINGS)).isEmpty();
    }

    @Test
    void journalsThatHinderReadersOrAreNotSafeAreNamedWithWhatToDo() {
        for (String journal : List.of("delete", "truncate", "memory", "off")) {
            assertThat(warnings("busy_timeout=10000&journal_mode=" + journal))
                    .as(journal)
                    .singleElement()
                    .asString()
                    .contains("journal_mode=" + journal)
                    .contains("Set journal_mode=WAL");
        }
    }

    @Test
    void commitsThatTheDiskDoesNotHaveYetAreNamed() {
        assertThat(warnings("journal_mode=WAL&synchronous=NORMAL"))
                .singleElement()
                .asString()
                .contains("synchronous=FULL");
    }

    @Test
    void connectionsThatDoNotWaitForEachOtherAreNamed() {
        assertThat(warnings("journal_mode=WAL&busy_timeout=0"))
                .singleElement()
                .asString()
                .contains("busy_timeout");
    }

    @Test
    void aDatabaseInMemoryIsNamed() {
        SQLiteDataSource memory = new SQLiteDataSource();
        memory.setUrl("jdbc:sqlite::memory:");
        assertThat(JdbcOutbox.on(memory).store().durabilityWarnings())
                .singleElement()
                .asString()
                .contains("in memory");
    }

    @Test
    void aVersionThatIsTooOldIsRefused() {
        assertThat(new SqliteDialect("3.35.0").name()).isEqualTo("sqlite");
        assertThat(new SqliteDialect("4.0").name()).isEqualTo("sqlite");
        for (String old : List.of("3.34.1", "3", "unknown")) {
            assertThatThrownBy(() -> new SqliteDialect(old))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("SQLite " + old + " is too old")
                    .hasMessageContaining("3.35");
        }
    }
}
