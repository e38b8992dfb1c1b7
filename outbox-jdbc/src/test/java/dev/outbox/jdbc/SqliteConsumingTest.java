package dev.outbox.jdbc;

import org.junit.jupiter.api.extension.RegisterExtension;

class SqliteConsumingTest extends ConsumingBehaviour {
    @RegisterExtension
    final SqliteDatabase database = new SqliteDatabase();

    @Override
    TestDatabase database() {
        return database;
    }
}
