package dev.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** SQLite cannot change columns, so the tables are made by a script that differs. */
class SqliteSchemaTest extends SchemaBehaviour {
    @RegisterExtension
    final SqliteDatabase database = new SqliteDatabase();

    @Override
    TestDatabase database() {
        return database;
    }

    private List<String> differencesOf(UnaryOperator<String> change) {
        String script = database.bare().schema().script();
        String changed = change.apply(script);
        assertThat(changed).isNotEqualTo(script);
        Scripts.statements(changed).forEach(database::execute);
        return database.bare().schema().differences();
    }

    @Test
    @Override
    void aColumnOfAnotherTypeIsNamedWithBothTypes() {
        String difference = only(differencesOf(script -> script.replace("handled_at INTEGER", "handled_at REAL")));
        assertThat(difference).contains("shop_inbox_message.handled_at is REAL").contains("should be INTEGER");
    }

    @Test
    @Override
    void aColumnThatMayBeNullIsNamed() {
        assertThat(only(differencesOf(script -> script.replace("epoch INTEGER NOT NULL", "epoch INTEGER"))))
                .contains("outbox_lease.epoch");
    }

    @Test
    @Override
    void whatMakesInsertsFailIsNamedAndWhatIsMoreIsNot() {
        assertThat(differencesAfter(
                        "ALTER TABLE ${prefix}outbox_message ADD COLUMN note varchar(20)",
                        "CREATE INDEX more_of_mine ON ${prefix}outbox_dead_letter (died_at)",
                        "CREATE TABLE ${prefix}outbox_of_mine (id integer)"))
                .isEmpty();
        database.execute("DROP TABLE shop_outbox_message");
        assertThat(differencesOf(script -> script.replaceFirst(
                        "type TEXT NOT NULL", "type TEXT NOT NULL CHECK (type <> ''), tenant INTEGER NOT NULL")))
                .hasSize(2)
                .anySatisfy(text -> assertThat(text).contains("outbox_message.tenant"))
                .anySatisfy(text -> assertThat(text).contains("unknown constraint CHECK"));
        database.execute("CREATE UNIQUE INDEX one_of_mine ON shop_outbox_message (id)");
        assertThat(database.bare().schema().differences())
                .hasSize(3)
                .anySatisfy(text -> assertThat(text).contains("unknown index UNIQUE"));
    }

    /** RULES 5 */
    @Test
    void g1_positionsThatCouldBeGivenOutAgainAreNamed() {
        assertThat(only(differencesOf(script -> script.replaceFirst("KEY AUTOINCREMENT", "KEY"))))
                .contains("shop_outbox_message.position is INTEGER and should be INTEGER IDENTITY");
    }

    /** Names are compared byte by byte, and so they must stay. */
    @Test
    void g3_anotherCollationIsNamed() {
        assertThat(only(differencesOf(
                        script -> script.replaceFirst("message_key TEXT", "message_key TEXT COLLATE NOCASE"))))
                .contains("shop_outbox_message")
                .contains("byte by byte");
    }
}
