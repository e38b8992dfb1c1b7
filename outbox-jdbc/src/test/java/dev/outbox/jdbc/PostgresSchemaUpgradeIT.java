package dev.outbox.jdbc;

import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresSchemaUpgradeIT extends SchemaUpgradeBehaviour {
    @RegisterExtension
    final PostgresDatabase database = new PostgresDatabase();

    @Override
    TestDatabase database() {
        return database;
    }
}
