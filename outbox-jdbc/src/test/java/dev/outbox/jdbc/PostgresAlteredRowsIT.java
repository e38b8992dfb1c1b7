package dev.outbox.jdbc;

import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresAlteredRowsIT extends AlteredRowsBehaviour {
    @RegisterExtension
    final PostgresDatabase database = new PostgresDatabase();

    @Override
    TestDatabase database() {
        return database;
    }

    @Override
    List<String> oddTimes() {
        return List.of(
                "not_before = 'infinity'",
                "not_before = '-infinity'",
                "created_at = 'infinity'",
                "created_at = '-infinity'",
                "not_before = '294276-12-31'");
    }
}
