package dev.outbox.examples.orderpipeline;

import dev.outbox.examples.orderpipeline.Shop.Start;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Makes the schemas of the shop, and drops them with everything in them, so that a crash leaves either all of it or nothing. */
final class Schemas {
    private static final String TABLES_OF_SQLITE =
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";

    private Schemas() {}

    static void create(DatabaseAddress database, Start start, List<String> schemas) throws SQLException {
        try (Connection connection =
                DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password())) {
            if (start == Start.FRESH) {
                drop(connection, database.kind(), schemas);
            }
            create(connection, database.kind(), schemas);
        }
    }

    private static void create(Connection connection, DatabaseKind kind, List<String> schemas) throws SQLException {
        for (String schema : schemas) {
            switch (kind) {
                case H2, POSTGRESQL -> execute(connection, "CREATE SCHEMA IF NOT EXISTS " + schema);
                case MARIADB ->
                    execute(
                            connection,
                            "CREATE SCHEMA IF NOT EXISTS " + schema + " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
                case SQLITE -> {
                    // The file is all there is.
                }
            }
        }
    }

    private static void drop(Connection connection, DatabaseKind kind, List<String> schemas) throws SQLException {
        switch (kind) {
            case H2, POSTGRESQL ->
                execute(connection, "DROP SCHEMA IF EXISTS " + String.join(", ", schemas) + " CASCADE");
            case MARIADB -> {
                for (String schema : schemas) {
                    execute(connection, "DROP SCHEMA IF EXISTS " + schema);
                }
            }
            case SQLITE -> dropTables(connection);
        }
    }

    private static void dropTables(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        for (String table : Sql.query(connection, TABLES_OF_SQLITE, row -> row.getString(1))) {
            execute(connection, "DROP TABLE " + table);
        }
        connection.commit();
        connection.setAutoCommit(true);
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
