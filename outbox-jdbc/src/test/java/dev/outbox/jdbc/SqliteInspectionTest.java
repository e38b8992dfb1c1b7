package dev.outbox.jdbc;

import org.junit.jupiter.api.extension.RegisterExtension;

class SqliteInspectionTest extends InspectionBehaviour {
    @RegisterExtension
    final SqliteDatabase database = new SqliteDatabase();

    @Override
    TestDatabase database() {
        return database;
    }
}
