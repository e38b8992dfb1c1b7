package dev.outbox.jdbc;

import org.junit.jupiter.api.extension.RegisterExtension;

class SqliteSchemaUpgradeTest extends SchemaUpgradeBehaviour {
    @RegisterExtension
    final SqliteDatabase database = new SqliteDatabase();

    @Override
    TestDatabase database() {
        return database;
    }
}
