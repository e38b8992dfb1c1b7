package dev.outbox.jdbc;

import org.junit.jupiter.api.extension.RegisterExtension;

class SqliteAlteredRowsTest extends AlteredRowsBehaviour {
    @RegisterExtension
    final SqliteDatabase database = new SqliteDatabase();

    @Override
    TestDatabase database() {
        return database;
    }
}
