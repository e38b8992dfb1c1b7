package dev.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

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

    @Test
    void aTableOfAnotherEngineIsNamed() {
        assertThat(only(differencesAfter("ALTER TABLE ${prefix}inbox_attempt ENGINE = Aria")))
                .contains("the engine of the table is InnoDB");
    }
}
