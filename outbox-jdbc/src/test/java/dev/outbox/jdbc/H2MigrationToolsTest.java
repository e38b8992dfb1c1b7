package dev.outbox.jdbc;

import javax.sql.DataSource;
import org.junit.jupiter.api.extension.RegisterExtension;

class H2MigrationToolsTest extends MigrationToolsBehaviour {
    @RegisterExtension
    final H2Database database = H2Database.inMemory();

    @Override
    DataSource dataSource() {
        return database.dataSource();
    }

    @Override
    String dialect() {
        return "h2";
    }
}
