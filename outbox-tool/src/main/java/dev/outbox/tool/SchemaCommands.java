package dev.outbox.tool;

import dev.outbox.jdbc.JdbcOptions;
import dev.outbox.jdbc.Schema;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code outbox schema}. */
@Command(header = "The tables: prints their scripts, applies them, compares them with what is there.")
final class SchemaCommands {
    private final Access access;
    private final Output output;
    private final @Nullable ConnectionOptions connection;

    SchemaCommands(Access access, Output output, @Nullable ConnectionOptions connection) {
        this.access = access;
        this.output = output;
        this.connection = connection;
    }

    @Command(
            name = "print",
            header = "Prints the scripts that make the tables, for Flyway, Liquibase or by hand.",
            description = {
                "",
                "With --schema and --table-prefix in the names. Needs no connection if --database is given."
            })
    int print(
            @Option(names = "--database", paramLabel = "NAME", description = "h2, postgresql, ...; else that of --url.")
                    @Nullable
                    String name,
            @Option(
                            names = "--from",
                            paramLabel = "VERSION",
                            defaultValue = "0",
                            description =
                                    "Only what comes after this version of the tables; 0, everything, unless given.")
                    int from) {
        try {
            output.text(name == null ? access.outbox().schema().script(from) : Schema.script(name, options(), from));
        } catch (IllegalArgumentException wrong) {
            throw new UsageException(String.valueOf(wrong.getMessage()));
        }
        return ExitCode.DONE;
    }

    private JdbcOptions options() {
        return connection == null ? JdbcOptions.defaults() : connection.tables();
    }

    @Command(
            name = "apply",
            header = "Creates the tables, or brings them to the newest version.",
            description = {
                "",
                "May be done while applications and relays run, and again. Needs the right to create tables. Every version of the library works with the"
                        + " tables of the version before and of the next one, so the order in which tables and applications are updated does not matter."
            })
    int apply() {
        Schema schema = access.outbox().schema();
        int before = schema.version();
        schema.apply();
        int after = schema.version();
        if (output.isJson()) {
            output.json(Map.of("before", before, "version", after));
        } else {
            output.line(before == after ? "version %2$d was there" : "from version %d to version %d", before, after);
        }
        return ExitCode.DONE;
    }

    @Command(
            name = "validate",
            header = "Names every difference between the tables and what this version needs.",
            description = {"", "Exit code 1 if there is one. Reads the catalogue alone."})
    int validate() {
        Schema schema = access.outbox().schema();
        int version = schema.version();
        List<String> differences = schema.differences();
        if (output.isJson()) {
            output.json(Map.of("version", version, "newest", Schema.NEWEST, "differences", differences));
        } else {
            differences.forEach(difference -> output.line("%s", difference));
            output.line(
                    "%s, tables of version %d (newest %d): %s",
                    access.place(),
                    version,
                    Schema.NEWEST,
                    differences.isEmpty() ? "as they should be" : differences.size() + " differences");
        }
        return differences.isEmpty() ? ExitCode.DONE : ExitCode.NOT_SO;
    }
}
