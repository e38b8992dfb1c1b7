package dev.outbox.jdbc;

import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresConsumingIT extends ConsumingBehaviour {
    @RegisterExtension
    final PostgresDatabase database = new PostgresDatabase();

    @Override
    TestDatabase database() {
        return database;
    }
}
