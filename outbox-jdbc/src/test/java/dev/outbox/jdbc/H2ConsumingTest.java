package dev.outbox.jdbc;

import org.junit.jupiter.api.extension.RegisterExtension;

class H2ConsumingTest extends ConsumingBehaviour {
    @RegisterExtension
    final H2Database database = H2Database.inMemory();

    @Override
    TestDatabase database() {
        return database;
    }
}
