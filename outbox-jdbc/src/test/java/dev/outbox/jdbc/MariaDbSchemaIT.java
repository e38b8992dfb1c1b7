package dev.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outbox.spi.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Where MariaDB changes tables with statements of its own, so do the tests. */
class MariaDbSchemaIT extends SchemaBehaviour {
    @RegisterExtension
    final MariaDbDatabase database = new MariaDbDatabase();

    @Override
    TestDatabase database() {
        return database;
    }

    @Test
    @Override
    void aColumnOfAnotherTypeIsNamedWithBothTypes() {
        assertThat(only(differencesAfter("ALTER TABLE ${prefix}outbox_parked MODIFY attempts BIGINT NOT NULL")))
                .contains(database().table("outbox_parked") + ".attempts is bigint")
                .contains("should be int");
    }

    @Test
    @Override
    void aColumnThatMayBeNullIsNamed() {
        assertThat(only(differencesAfter("ALTER TABLE ${prefix}outbox_lease MODIFY epoch BIGINT")))
                .contains("outbox_lease.epoch");
    }

    @Test
    @Override
    void aMissingIndexIsNamedByWhatItIsOn() {
        assertThat(only(differencesAfter("DROP INDEX outbox_parked_due ON ${prefix}outbox_parked")))
                .contains("outbox_parked lacks the index")
                .contains("(slot, available_at, position)");
    }

    /** Names are compared byte by byte, and so they must stay. */
    @Test
    void g3_anotherCollationIsNamed() {
        assertThat(
                        only(
                                differencesAfter(
                                        "ALTER TABLE ${prefix}outbox_message MODIFY message_key VARCHAR(255) COLLATE utf8mb4_general_ci")))
                .contains("outbox_message.message_key")
                .contains("utf8mb4_nopad_bin");
    }

    /** MariaDB runs MySQL's script too: after a crash between the index, which is committed at once, and the version. */
    @Test
    void mySqlsSecondScriptCanBeRunAgain() {
        Schema schema = new Schema(new Database(database.dataSource(), database.options()), 1);
        schema.apply();
        List<String> statements = Scripts.statements(
                new Scripts("mysql").script(2, database.options().names()));
        run(statements.subList(0, statements.size() - 1));
        assertThat(schema.version()).as("after a crash").isEqualTo(1);
        run(statements);
        assertThat(new Schema(new Database(database.dataSource(), database.options()), 2).differences())
                .isEmpty();
        assertThat(schema.version()).isEqualTo(2);
    }

    /** A script stays on one connection. */
    private void run(List<String> statements) {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Test
    void whatAnotherInstanceHasJustMadeIsNoReasonToGiveUp() {
        database.outbox();
        for (String made : List.of(
                "CREATE INDEX outbox_dead_letter_key ON " + database.table("outbox_dead_letter") + " (id)",
                "CREATE TABLE " + database.table("outbox_lease") + " (slot INT)")) {
            Database asked = new Database(database.dataSource(), database.options());
            assertThatThrownBy(() -> asked.autoCommit("make something", (session, tables) -> session.update(made)))
                    .isInstanceOfSatisfying(StoreException.class, failed -> {
                        assertThat(Failures.isMadeElsewhere(failed)).isTrue();
                        assertThat(Failures.isElsewhere(failed))
                                .as("as if by a handler")
                                .isFalse();
                    });
        }
    }

    @Test
    void aTableOfAnotherEngineIsNamed() {
        assertThat(only(differencesAfter("ALTER TABLE ${prefix}inbox_attempt ENGINE = Aria")))
                .contains("the engine of the table is InnoDB");
    }
}
