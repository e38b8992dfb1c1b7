package dev.outbox.jdbc;

import javax.sql.DataSource;
import org.junit.jupiter.api.extension.RegisterExtension;

class SqliteMigrationToolsTest extends MigrationToolsBehaviour {
    @RegisterExtension
    final SqliteDatabase database = new SqliteDatabase();

    @Override
    DataSource dataSource() {
        return database.dataSource();
    }

    @Override
    String dialect() {
        return "sqlite";
    }
}
