package dev.outbox.testservers;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds or starts PostgreSQL, in the order that {@link PostgresServer} documents. */
final class PostgresLauncher {
    private static final Logger log = LoggerFactory.getLogger(PostgresLauncher.class);
    private static final String VARIABLE = "OUTBOX_TEST_POSTGRES_URL";
    private static final String DATABASE = "postgres";
    private static final String IMAGE = "postgres:17";
    private static final int INNER_PORT = 5432;

    private PostgresLauncher() {}

    /** A server that was told to start, but may not answer yet. */
    record Launched(PostgresUrl url, Credentials credentials, ServerControl control) {}

    /** The server that the environment names. */
    static Optional<Launched> named(Map<String, String> environment) {
        @Nullable String url = environment.get(VARIABLE);
        if (url == null || url.isBlank()) {
            return Optional.empty();
        }
        Credentials credentials = new Credentials(
                environment.getOrDefault("OUTBOX_TEST_POSTGRES_USER", "postgres"),
                environment.getOrDefault("OUTBOX_TEST_POSTGRES_PASSWORD", ""));
        return Optional.of(new Launched(PostgresUrl.parse(url), credentials, new ExternalServer(VARIABLE)));
    }

    /**
     * Starts a new server in Docker, else from the programs of this machine.
     *
     * @throws IllegalStateException if there is neither; the message says what to install
     */
    static Launched launch(Map<String, String> environment, Map<String, String> settings) {
        Optional<Path> binaries = PostgresBinaries.find();
        if (DockerEngine.answers(environment)) {
            try {
                return inDocker(settings);
            } catch (RuntimeException noImage) {
                // An engine without the image and without a network is common on build machines.
                if (binaries.isEmpty()) {
                    throw noImage;
                }
                log.warn("Docker cannot run {}, so this machine's own PostgreSQL is used", IMAGE, noImage);
            }
        }
        return locally(
                binaries.orElseThrow(() -> new IllegalStateException("No PostgreSQL for the tests. Any of these helps:"
                        + " install it (Debian, Ubuntu: apt-get install postgresql; Fedora: dnf install"
                        + " postgresql-server; macOS: brew install postgresql), start a Docker engine, or, for tests"
                        + " that only share a server, set " + VARIABLE + "=jdbc:postgresql://host:port/database with"
                        + " OUTBOX_TEST_POSTGRES_USER and OUTBOX_TEST_POSTGRES_PASSWORD of a superuser.")),
                settings);
    }

    private static Launched locally(Path binaries, Map<String, String> settings) {
        int port = FreePort.next();
        Credentials credentials = Credentials.random();
        ServerControl control = LocalPostgres.start(binaries, port, credentials, settings);
        return new Launched(PostgresUrl.of("127.0.0.1", port, DATABASE), credentials, control);
    }

    private static Launched inDocker(Map<String, String> settings) {
        int port = FreePort.next();
        Credentials credentials = Credentials.random();
        Map<String, String> environment = Map.of(
                "POSTGRES_USER", credentials.user(),
                "POSTGRES_PASSWORD", credentials.password(),
                "POSTGRES_DB", DATABASE);
        DockerServer control = DockerServer.start(
                IMAGE, "QUIT", INNER_PORT, port, environment, command(settings).toArray(String[]::new));
        return new Launched(PostgresUrl.of(control.host(), port, DATABASE), credentials, control);
    }

    private static Stream<String> command(Map<String, String> settings) {
        return Stream.concat(Stream.of("postgres"), options(settings));
    }

    /** The settings as options of the server program. */
    static Stream<String> options(Map<String, String> settings) {
        return settings.entrySet().stream()
                .flatMap(setting -> Stream.of("-c", setting.getKey() + "=" + setting.getValue()));
    }
}
