package dev.outbox.jdbc;

import org.junit.jupiter.api.extension.RegisterExtension;

class MariaDbAlteredRowsIT extends AlteredRowsBehaviour {
    @RegisterExtension
    final MariaDbDatabase database = new MariaDbDatabase();

    @Override
    TestDatabase database() {
        return database;
    }
}
