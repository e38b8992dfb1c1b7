package dev.outbox.jdbc;

import org.junit.jupiter.api.extension.RegisterExtension;

class H2SchemaUpgradeTest extends SchemaUpgradeBehaviour {
    @RegisterExtension
    final H2Database database = H2Database.inMemory();

    @Override
    TestDatabase database() {
        return database;
    }
}
