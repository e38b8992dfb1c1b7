package dev.outbox.jdbc;

import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;

class H2AlteredRowsTest extends AlteredRowsBehaviour {
    @RegisterExtension
    final H2Database database = H2Database.inMemory();

    @Override
    TestDatabase database() {
        return database;
    }

    @Override
    List<String> oddTimes() {
        return List.of(
                "not_before = '1000000000-12-31 00:00:00+00'",
                "not_before = '-1000000000-01-01 00:00:00+00'",
                "created_at = '1000000000-12-31 00:00:00+00'",
                "created_at = '-1000000000-01-01 00:00:00+00'");
    }
}
