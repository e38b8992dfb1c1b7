package dev.outbox.tool;

import dev.outbox.jdbc.JdbcOptions;
import dev.outbox.jdbc.JdbcOutbox;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Where the tables are, and who asks. */
final class ConnectionOptions {
    private static final int CONNECT_SECONDS = 15;
    private static final String H2 = "jdbc:h2:";
    private static final String SQLITE = "jdbc:sqlite:";
    /** SQLite's flags READWRITE and URI: an existing file. */
    private static final String SQLITE_EXISTING = "66";

    private final Map<String, String> environment;
    private final Terminal terminal;

    @Option(
            names = "--url",
            scope = ScopeType.INHERIT,
            paramLabel = "URL",
            description = {
                "The database, as a JDBC URL; else what OUTBOX_URL in the environment says:",
                "jdbc:postgresql://host/name",
                "jdbc:mariadb://host/name",
                "jdbc:h2:file:/path",
                "jdbc:sqlite:/path"
            })
    private @Nullable String url;

    @Option(
            names = "--user",
            scope = ScopeType.INHERIT,
            paramLabel = "NAME",
            description = "Who asks; else what OUTBOX_USER says.")
    private @Nullable String user;

    @Option(
            names = "--password-env",
            scope = ScopeType.INHERIT,
            paramLabel = "VARIABLE",
            description = "The variable of the environment that holds the password; else OUTBOX_PASSWORD.")
    private @Nullable String passwordVariable;

    @Option(
            names = "--password-file",
            scope = ScopeType.INHERIT,
            paramLabel = "FILE",
            description = "A file whose first line is the password.")
    private @Nullable Path passwordFile;

    @Option(
            names = "--ask-password",
            scope = ScopeType.INHERIT,
            description = "Asks for the password; it is not shown.")
    private boolean askPassword;

    @Option(names = "--password", scope = ScopeType.INHERIT, hidden = true, arity = "0..1")
    private @Nullable String password;

    @Option(
            names = "--schema",
            scope = ScopeType.INHERIT,
            paramLabel = "NAME",
            description = "The schema of the tables; else that of the connection.")
    private @Nullable String schema;

    @Option(
            names = "--table-prefix",
            scope = ScopeType.INHERIT,
            paramLabel = "PREFIX",
            description = "What the names of the tables begin with; else nothing.")
    private @Nullable String tablePrefix;

    @Option(
            names = "--timeout",
            scope = ScopeType.INHERIT,
            paramLabel = "TIME",
            defaultValue = "60s",
            description = "How long one statement may take: ${DEFAULT-VALUE} unless given.")
    private Duration timeout = Duration.ofMinutes(1);

    ConnectionOptions(Map<String, String> environment, Terminal terminal) {
        this.environment = environment;
        this.terminal = terminal;
    }

    /** @throws UsageException if a value is wrong */
    JdbcOptions tables() {
        try {
            JdbcOptions options = JdbcOptions.defaults().statementTimeout(timeout);
            options = schema == null ? options : options.schema(schema);
            return tablePrefix == null ? options : options.tablePrefix(tablePrefix);
        } catch (IllegalArgumentException wrong) {
            throw new UsageException(String.valueOf(wrong.getMessage()));
        }
    }

    Access.Opened open() {
        if (password != null) {
            throw new UsageException("a password on the command line can be seen by others; use --password-env,"
                    + " --password-file or --ask-password");
        }
        String address = Optional.ofNullable(url)
                .or(() -> Optional.ofNullable(environment.get("OUTBOX_URL")))
                .orElseThrow(
                        () -> new UsageException("--url is missing: which database? (--help says what it looks like)"));
        DriverManager.setLoginTimeout(CONNECT_SECONDS);
        try {
            DriverManager.getDriver(address);
        } catch (SQLException | RuntimeException unknown) {
            throw new UsageException(place(address) + " is no URL of a database that this tool has a driver for:"
                    + " H2, PostgreSQL, MariaDB (for MySQL too), SQLite");
        }
        OneConnection connection = new OneConnection(existing(address), properties(address));
        return new Access.Opened(JdbcOutbox.on(connection, tables()), connection::close, place(address));
    }

    /** H2 would make a new database of a wrong name. */
    private static String existing(String address) {
        return address.startsWith(H2)
                        && !address.toUpperCase(java.util.Locale.ROOT).contains("IFEXISTS")
                ? address + ";IFEXISTS=TRUE"
                : address;
    }

    private Properties properties(String address) {
        Properties properties = new Properties();
        Optional.ofNullable(user)
                .or(() -> Optional.ofNullable(environment.get("OUTBOX_USER")))
                .ifPresent(name -> properties.setProperty("user", name));
        password().ifPresent(secret -> properties.setProperty("password", secret));
        if (address.startsWith(SQLITE)) {
            properties.setProperty("open_mode", SQLITE_EXISTING);
        }
        return properties;
    }

    private Optional<String> password() {
        if (passwordFile != null) {
            return Optional.of(firstLine(passwordFile));
        }
        if (askPassword) {
            if (!terminal.isInteractive()) {
                throw new UsageException("--ask-password needs a terminal; use --password-env or --password-file");
            }
            return terminal.askSecret("Password: ");
        }
        if (passwordVariable == null) {
            return Optional.ofNullable(environment.get("OUTBOX_PASSWORD"));
        }
        String secret = environment.get(passwordVariable);
        if (secret == null) {
            throw new UsageException("--password-env " + passwordVariable + ": there is no such variable");
        }
        return Optional.of(secret);
    }

    private static String firstLine(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8)
                    .lines()
                    .findFirst()
                    .orElse("");
        } catch (IOException unreadable) {
            throw new UsageException("--password-file " + file + " cannot be read");
        }
    }

    /** The URL without what may be secret in it. */
    private static String place(String address) {
        return address.split("[?;]", 2)[0].replaceAll("//[^/@]*@", "//");
    }
}
