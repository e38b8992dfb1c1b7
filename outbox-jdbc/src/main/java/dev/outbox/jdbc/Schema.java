package dev.outbox.jdbc;

import dev.outbox.spi.StoreException;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The tables of the outbox and the inbox, and their versions. The scripts are resources, {@code dev/outbox/jdbc/<database>/V<version>__<name>.sql}: hand them to Flyway or
 * Liquibase, print them by {@link #script}, or let {@link #apply} run them. Nothing of this library changes tables unless asked here.
 *
 * <p>This library works with tables of the version {@link #NEWEST}, of the one before and of the next one. So tables are brought to the next version while instances of both
 * versions of the library run, and instances are replaced one by one, in either order. Thread-safe.
 */
public final class Schema {
    /** The version of the tables that this library makes. */
    public static final int NEWEST = Scripts.NEWEST;

    /** An index on a large table takes its time. */
    private static final Duration STATEMENT_TIMEOUT = Duration.ofMinutes(30);

    /** Each waits for locks for 5 seconds: for another instance that applies the same, or for long transactions. */
    private static final int MAX_TRIES = 12;

    private static final String COUNT_SLOTS = """
            SELECT COUNT(*) FROM ${prefix}outbox_lease WHERE slot BETWEEN 0 AND 63
            """;

    private static final int SLOTS = 64;

    /** One script at a time in this process: H2 commits every definition, so there is no lock of a transaction to wait for. */
    private static final Object APPLYING = new Object();

    private final Database database;
    private final int newest;

    Schema(Database database) {
        this(database, NEWEST);
    }

    /** The schema as a library knows it whose newest version is {@code newest}. */
    Schema(Database database, int newest) {
        this.database = database;
        this.newest = newest;
    }

    /**
     * All scripts for this database, with the schema and the prefix of the options.
     *
     * @throws StoreException if the database cannot be asked what it is
     */
    public String script() {
        return script(0);
    }

    /**
     * The scripts that make the newest version of {@code version}; empty if it is the newest.
     *
     * @param version 0 for no tables, else up to {@link #NEWEST}
     * @throws IllegalArgumentException if {@code version} is another one
     * @throws StoreException if the database cannot be asked what it is
     */
    public String script(int version) {
        return scripts().after(checked(version), database.options().names());
    }

    /**
     * Like {@link #script(int)}, without a connection.
     *
     * @param databaseName the name of the database's folder: "h2", "postgresql", ...
     * @throws IllegalArgumentException if there are no scripts for such a database, no such version, or no schemas in it
     */
    public static String script(String databaseName, JdbcOptions options, int version) {
        if (databaseName.equals(SqliteDialect.NAME)) {
            SqliteDialect.checkNames(options.names());
        }
        return new Scripts(databaseName).after(checked(version), options.names());
    }

    private static int checked(int version) {
        if (version < 0 || version > NEWEST) {
            throw new IllegalArgumentException("version " + version + " must be 0 to " + NEWEST);
        }
        return version;
    }

    /**
     * The version of the tables that are there; 0 if there are none, or no version is written down.
     *
     * @throws StoreException if the database fails
     */
    public int version() {
        return database.autoCommit("read the version of the tables", (session, tables) -> {
            String sql = resolve(tables.dialect().schema().version());
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

    /**
     * Runs the scripts that are missing, on a connection of its own, each in one transaction where the database can; does nothing if the newest version is there. Safe to
     * call by several instances at a time, and while others work with the tables. What a script says it waits for (see there) it gives up after a minute.
     *
     * @throws StoreException if a script fails, such as for want of the right to create tables; those before it stay
     */
    public void apply() {
        applyUpTo(newest);
    }

    void applyUpTo(int last) {
        synchronized (APPLYING) {
            for (int next = version() + 1; next <= last; next++) {
                applyOne(next);
            }
        }
    }

    private void applyOne(int next) {
        for (int tries = 1; version() < next; tries++) {
            try {
                database.transaction(
                        "bring the tables to version " + next,
                        STATEMENT_TIMEOUT,
                        (session, tables) -> run(session, tables.dialect(), next));
            } catch (StoreException failed) {
                boolean passes = Failures.isElsewhere(failed) || Failures.isMadeElsewhere(failed);
                if (version() < next && (tries == MAX_TRIES || !passes)) {
                    throw failed;
                }
            }
        }
    }

    private boolean run(Session session, Dialect dialect, int version) throws SQLException {
        session.query(resolve(dialect.schema().lock()), row -> row.getInt(1));
        String script =
                new Scripts(dialect.name()).script(version, database.options().names());
        try (Statement statement = session.connection().createStatement()) {
            for (String sql : Scripts.statements(script)) {
                statement.execute(sql);
            }
        }
        return true;
    }

    /**
     * Checks that the tables are there, in a version that this library works with, and as the scripts make them.
     *
     * @throws StoreException if not; the text names every difference, the scripts, and how to apply them
     */
    public void validate() {
        List<String> differences = differences();
        if (!differences.isEmpty()) {
            throw new StoreException(String.join("; ", differences) + ". " + remedy(dialectName()));
        }
    }

    /**
     * How the tables differ from those that this library works with, one sentence each: a missing table, column, index or constraint, another type, another version, a
     * missing slot, and what makes inserts fail that the library does not know of. Further indexes, columns and tables are no difference. Reads the database's catalogue, which takes
     * some milliseconds and rights on no row but those of {@code outbox_schema} and {@code outbox_lease}.
     *
     * @throws StoreException if the database fails
     */
    public List<String> differences() {
        int version = version();
        if (version > newest + 1) {
            return List.of("the tables have version " + version + ", this library works with " + Math.max(1, newest - 1)
                    + " to " + (newest + 1) + "; use a newer version of the library");
        }
        List<String> differences = new ArrayList<>(structure(version == 0 ? newest : Math.min(version, newest)));
        if (differences.isEmpty() && version < Math.max(1, newest - 1)) {
            differences.add(outdatedTables(database.options().names()));
        }
        if (differences.isEmpty()) {
            missingSlots().ifPresent(differences::add);
        }
        return List.copyOf(differences);
    }

    private List<String> structure(int version) {
        return database.autoCommit("read the catalogue of the tables", (session, tables) -> {
            Dialect dialect = tables.dialect();
            Catalogue there = new Catalogue(session.query(
                    resolve(dialect.schema().catalogue()),
                    row -> new Catalogue.Part(row.getString(1), row.getString(2), row.getString(3), row.getString(4))));
            return Catalogue.parse(new Scripts(dialect.name()).catalogue(version))
                    .differences(there, database.options().names().qualifiedPrefix());
        });
    }

    private Optional<String> missingSlots() {
        int slots = database.autoCommit(
                "count the slots",
                (session, tables) -> session.query(resolve(COUNT_SLOTS), row -> row.getInt(1))
                        .get(0));
        return slots == SLOTS
                ? Optional.empty()
                : Optional.of("the table " + database.options().names().qualifiedPrefix() + "outbox_lease has " + slots
                        + " of the slots 0 to 63, and messages of the others are never sent; insert them with epoch 0");
    }

    static String missing(Names names, String dialect) {
        return "the tables " + names.qualifiedPrefix() + "outbox_* and " + names.qualifiedPrefix()
                + "inbox_* are missing, or not where this connection looks for them. " + remedy(dialect);
    }

    static String outdated(Names names, String dialect) {
        return outdatedTables(names) + ". " + remedy(dialect);
    }

    private static String outdatedTables(Names names) {
        return "the tables " + names.qualifiedPrefix() + "outbox_* and " + names.qualifiedPrefix()
                + "inbox_* are of another version than " + NEWEST;
    }

    private static String remedy(String dialect) {
        return "Apply " + new Scripts(dialect).files()
                + ": with Flyway or Liquibase, by hand (JdbcOutbox.schema().script() prints it), or by JdbcOutbox.schema().apply()";
    }

    private Scripts scripts() {
        return new Scripts(dialectName());
    }

    private String dialectName() {
        return database.autoCommit(
                "read the type of the database",
                (session, tables) -> tables.dialect().name());
    }

    private String resolve(String sql) {
        return database.options().names().resolve(sql);
    }
}
