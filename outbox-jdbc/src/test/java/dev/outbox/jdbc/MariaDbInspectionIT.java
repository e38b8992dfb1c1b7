package dev.outbox.jdbc;

import org.junit.jupiter.api.extension.RegisterExtension;

class MariaDbInspectionIT extends InspectionBehaviour {
    @RegisterExtension
    final MariaDbDatabase database = new MariaDbDatabase();

    @Override
    TestDatabase database() {
        return database;
    }
}
