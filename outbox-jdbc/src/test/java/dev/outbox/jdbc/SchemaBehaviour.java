package dev.outbox.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outbox.spi.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What every database has to show of the life of its tables. After a script was added, {@code -Dcatalogue.write=true} writes the catalogue that the scripts make into the
 * resources, to be read and committed.
 */
abstract class SchemaBehaviour {
    private static final Path RESOURCES = Path.of("src/main/resources/dev/outbox/jdbc");

    abstract TestDatabase database();

    private Schema schema() {
        return schema(Schema.NEWEST);
    }

    /** As the library knows it whose newest version is {@code newest}. */
    private Schema schema(int newest) {
        return new Schema(new Database(database().dataSource(), database().options()), newest);
    }

    private void change(String sql) {
        database().execute(database().options().names().resolve(sql));
    }

    List<String> differencesAfter(String... changes) {
        schema().apply();
        for (String change : changes) {
            change(change);
        }
        return schema().differences();
    }

    static String only(List<String> differences) {
        assertThat(differences).hasSize(1);
        return differences.get(0);
    }

    private List<String> catalogue() {
        Database asked = new Database(database().dataSource(), database().options());
        return asked.autoCommit(
                "read the catalogue",
                (session, tables) -> new Catalogue(session.query(
                                asked.options()
                                        .names()
                                        .resolve(tables.dialect().schema().catalogue()),
                                row -> new Catalogue.Part(
                                        row.getString(1), row.getString(2), row.getString(3), row.getString(4))))
                        .lines());
    }

    private String dialect() throws SQLException {
        try (var connection = database().dataSource().getConnection()) {
            return Dialect.of(connection).name();
        }
    }

    @Test
    void theCatalogueOfEachVersionIsWhatItsScriptsMake() throws SQLException, IOException {
        for (int version = 1; version <= Schema.NEWEST; version++) {
            schema().applyUpTo(version);
            List<String> made = catalogue();
            if (Boolean.getBoolean("catalogue.write")) {
                Path file = RESOURCES.resolve(dialect()).resolve("catalogue-" + version + ".txt");
                Files.write(file, (String.join("\n", made) + "\n").getBytes(UTF_8));
            } else {
                assertThat(made).isEqualTo(new Scripts(dialect()).catalogue(version));
            }
        }
    }

    @Test
    void tablesOfTheVersionsBeforeAndAfterAreGoodEnough() {
        schema().applyUpTo(Schema.NEWEST - 1);
        assertThat(schema().version()).isEqualTo(Schema.NEWEST - 1);
        assertThat(schema().differences()).isEmpty();
        schema().apply();
        assertThat(schema().version()).isEqualTo(Schema.NEWEST);
        assertThat(schema().differences()).isEmpty();
        assertThat(schema(Schema.NEWEST - 1).differences())
                .as("by the library before")
                .isEmpty();
        schema(Schema.NEWEST - 1).apply();
        assertThat(schema().version())
                .as("the library before takes nothing back")
                .isEqualTo(Schema.NEWEST);
    }

    @Test
    void tablesTwoVersionsAheadAreRefused() {
        String difference = only(
                differencesAfter("INSERT INTO ${prefix}outbox_schema (version) VALUES (" + (Schema.NEWEST + 2) + ")"));
        assertThat(difference).contains("version " + (Schema.NEWEST + 2)).contains("a newer version of the library");
    }

    @Test
    void anUpgradeKeepsWhatIsThere() throws SQLException {
        schema().applyUpTo(1);
        JdbcOutbox outbox = database().bare();
        outbox.transaction(tx -> {
            outbox.publish(tx, PublishingBehaviour.message("k"));
            return true;
        });
        schema().apply();
        assertThat(database().count("outbox_message")).isEqualTo(1);
        assertThat(database().count("outbox_schema")).isEqualTo(Schema.NEWEST);
    }

    @Test
    void onlyTheScriptsThatAreMissingArePrinted() throws SQLException {
        assertThat(schema().script()).contains("outbox_message (").contains("outbox_dead_letter_key");
        assertThat(schema().script(1)).doesNotContain("outbox_message (").contains("outbox_dead_letter_key");
        assertThat(schema().script(Schema.NEWEST)).isEmpty();
        assertThat(Schema.script(dialect(), database().options(), 1)).isEqualTo(schema().script(1));
        assertThatThrownBy(() -> schema().script(Schema.NEWEST + 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0 to " + Schema.NEWEST);
        assertThatThrownBy(() -> Schema.script("../h2", database().options(), 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no scripts");
    }

    @Test
    void aValidationNamesEveryDifferenceAndTheScripts() {
        schema().apply();
        change("DROP TABLE ${prefix}inbox_attempt");
        change("ALTER TABLE ${prefix}outbox_parked DROP COLUMN last_error");
        assertThatThrownBy(() -> schema().validate())
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(database().table("inbox_attempt") + " is missing")
                .hasMessageContaining(database().table("outbox_parked") + ".last_error")
                .hasMessageContaining("V1__outbox.sql");
    }

    @Test
    void aColumnOfAnotherTypeIsNamedWithBothTypes() {
        String difference =
                only(differencesAfter("ALTER TABLE ${prefix}outbox_parked ALTER COLUMN attempts SET DATA TYPE bigint"));
        assertThat(difference)
                .contains(database().table("outbox_parked") + ".attempts is ")
                .containsIgnoringCase("bigint")
                .containsIgnoringCase("should be integer");
    }

    @Test
    void aColumnThatMayBeNullIsNamed() {
        assertThat(only(differencesAfter("ALTER TABLE ${prefix}outbox_lease ALTER COLUMN epoch DROP NOT NULL")))
                .contains("outbox_lease.epoch");
    }

    @Test
    void aMissingIndexIsNamedByWhatItIsOn() {
        assertThat(only(differencesAfter("DROP INDEX " + indexPrefix() + "outbox_parked_due")))
                .contains("outbox_parked lacks the index")
                .contains("(slot, available_at, position)");
    }

    /** What stands before the name of an index when it is dropped. */
    String indexPrefix() {
        return "${prefix}";
    }

    @Test
    void aMissingSlotIsNamed() {
        assertThat(only(differencesAfter("DELETE FROM ${prefix}outbox_lease WHERE slot = 7")))
                .contains("63 of the slots");
        assertThat(database().bare().store().schemaDifferences())
                .as("what a relay says at its start")
                .isEqualTo(schema().differences());
    }

    @Test
    void whatMakesInsertsFailIsNamedAndWhatIsMoreIsNot() {
        assertThat(differencesAfter(
                        "ALTER TABLE ${prefix}outbox_message ADD COLUMN note varchar(20)",
                        "CREATE INDEX more_of_mine ON ${prefix}outbox_dead_letter (died_at)",
                        "CREATE TABLE ${prefix}outbox_of_mine (id integer)"))
                .isEmpty();
        change("ALTER TABLE ${prefix}outbox_message ADD COLUMN tenant integer NOT NULL");
        change("CREATE UNIQUE INDEX one_of_mine ON ${prefix}outbox_message (id)");
        change("ALTER TABLE ${prefix}outbox_message ADD CONSTRAINT short CHECK (length(id) < 99)");
        assertThat(schema().differences())
                .hasSize(3)
                .anySatisfy(text -> assertThat(text).contains("outbox_message.tenant"))
                .anySatisfy(text -> assertThat(text).contains("unknown index UNIQUE"))
                .anySatisfy(text -> assertThat(text).contains("unknown constraint CHECK"));
    }
}
