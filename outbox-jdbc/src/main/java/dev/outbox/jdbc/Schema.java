package dev.outbox.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.outbox.spi.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * The tables of the outbox and the inbox. The script is a resource, {@code dev/outbox/jdbc/<database>/V1__outbox.sql}; hand it to Flyway or Liquibase, print it
 * by {@link #script}, or let {@link #apply} run it. Nothing of this library changes tables unless asked here. Thread-safe.
 */
public final class Schema {
    /** The version of the tables that this library works with. It also works with the next one, so that instances can be updated one by one. */
    private static final int VERSION = 1;

    private static final List<String> TABLES = List.of(
            "outbox_message",
            "outbox_parked",
            "outbox_dead_letter",
            "outbox_lease",
            "outbox_instance",
            "inbox_message",
            "inbox_attempt",
            "inbox_parked",
            "outbox_schema");

    /** One script at a time in this process: H2 commits every definition, so there is no lock of a transaction to wait for. */
    private static final Object APPLYING = new Object();

    private final Database database;

    Schema(Database database) {
        this.database = database;
    }

    /**
     * The script for this database, with the schema and the prefix of the options.
     *
     * @throws StoreException if the database cannot be asked what it is
     */
    public String script() {
        return database.autoCommit("read the type of the database", (session, tables) -> script(tables.dialect()));
    }

    /**
     * Runs the script if the tables are missing, on a connection of its own; does nothing if they are there. Safe to call by several instances at a time.
     *
     * @throws StoreException if the script fails, such as for want of the right to create tables
     */
    public void apply() {
        synchronized (APPLYING) {
            if (version() >= VERSION) {
                return;
            }
            try {
                database.transaction("create the tables", this::runScript);
            } catch (StoreException failed) {
                if (version() < VERSION) {
                    throw failed;
                }
            }
        }
    }

    private boolean runScript(Session session, Tables tables) throws SQLException {
        session.query(
                database.options().names().resolve(tables.dialect().schema().lock()), row -> row.getInt(1));
        try (Statement statement = session.connection().createStatement()) {
            statement.execute(script(tables.dialect()));
        }
        return true;
    }

    /**
     * Checks that the tables are there, in a version that this library works with.
     *
     * @throws StoreException if not; the text names what is missing or outdated, the script, and how to apply it
     */
    public void validate() {
        List<String> missing = new ArrayList<>();
        for (String table : TABLES) {
            if (isMissing(table)) {
                missing.add(database.options().names().qualifiedPrefix() + table);
            }
        }
        if (!missing.isEmpty()) {
            throw new StoreException("missing: " + String.join(", ", missing) + ". " + remedy(dialectName()));
        }
        int version = version();
        if (version < VERSION) {
            throw new StoreException(outdated(database.options().names(), dialectName()));
        }
        if (version > VERSION + 1) {
            throw new StoreException("the tables have version " + version + ", this library works with " + VERSION
                    + " and " + (VERSION + 1) + "; use a newer version of the library");
        }
    }

    static String missing(Names names, String dialect) {
        return "the tables " + names.qualifiedPrefix() + "outbox_* and " + names.qualifiedPrefix()
                + "inbox_* are missing, or not where this connection looks for them. " + remedy(dialect);
    }

    static String outdated(Names names, String dialect) {
        return "the tables " + names.qualifiedPrefix() + "outbox_* and " + names.qualifiedPrefix()
                + "inbox_* are of another version than " + VERSION + ". " + remedy(dialect);
    }

    private static String remedy(String dialect) {
        return "Apply " + resource(dialect)
                + ": with Flyway or Liquibase, by hand (JdbcOutbox.schema().script() prints it), or by JdbcOutbox.schema().apply()";
    }

    private static String resource(String dialect) {
        return "dev/outbox/jdbc/" + dialect + "/V" + VERSION + "__outbox.sql";
    }

    private String dialectName() {
        return database.autoCommit(
                "read the type of the database",
                (session, tables) -> tables.dialect().name());
    }

    private String script(Dialect dialect) {
        String resource = "/" + resource(dialect.name());
        try (InputStream stream = Schema.class.getResourceAsStream(resource)) {
            if (stream == null) {
                throw new IllegalStateException("resource " + resource + " is missing in the library's jar");
            }
            return database.options().names().resolve(new String(stream.readAllBytes(), UTF_8));
        } catch (IOException unreadable) {
            throw new UncheckedIOException("resource " + resource + " cannot be read", unreadable);
        }
    }

    /** 0 when the tables are missing. */
    private int version() {
        return database.autoCommit("read the version of the tables", (session, tables) -> {
            String sql =
                    database.options().names().resolve(tables.dialect().schema().version());
            try {
                return session.query(sql, row -> row.getInt(1)).get(0);
            } catch (SQLException failed) {
                if (Failures.isMissingTable(failed)) {
                    return 0;
                }
                throw failed;
            }
        });
    }

    private boolean isMissing(String table) {
        return database.autoCommit("look for table " + table, (session, tables) -> {
            try {
                session.query(
                        database.options().names().resolve("SELECT 1 FROM ${prefix}" + table + " WHERE 1 = 0"),
                        row -> 1);
                return false;
            } catch (SQLException failed) {
                if (Failures.isMissingTable(failed)) {
                    return true;
                }
                throw failed;
            }
        });
    }
}
