package dev.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresSchemaIT extends SchemaBehaviour {
    @RegisterExtension
    final PostgresDatabase database = new PostgresDatabase();

    @Override
    TestDatabase database() {
        return database;
    }

    /** A relay would pass over messages, or send them out of order. */
    @Test
    void whatTheOrderRestsOnIsChecked() {
        JdbcOutbox outbox = database.outbox();
        String table = database.table("outbox_message");
        database.execute("ALTER TABLE " + table + " DROP COLUMN xid");
        database.execute("ALTER TABLE " + table + " ADD COLUMN xid bigint NOT NULL DEFAULT txid_current()");
        database.execute("ALTER TABLE " + table + " ALTER COLUMN position SET CACHE 20");
        assertThat(outbox.schema().differences())
                .containsExactly(
                        table + ": this does not hold: the column xid stands before the column position",
                        table + ": this does not hold: the sequence of the column position has CACHE 1");
    }

    @Test
    void anotherCollationIsNamed() {
        JdbcOutbox outbox = database.outbox();
        database.execute("ALTER TABLE " + database.table("inbox_message")
                + " ALTER COLUMN state SET DATA TYPE text COLLATE \"default\"");
        assertThat(outbox.schema().differences())
                .containsExactly("the column " + database.table("inbox_message")
                        + ".state is text COLLATE default NOT NULL and should be text COLLATE C NOT NULL");
    }
}
