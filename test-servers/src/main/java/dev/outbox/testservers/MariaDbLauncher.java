package dev.outbox.testservers;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds or starts MariaDB, in the order that {@link MariaDbServer} documents. */
final class MariaDbLauncher {
    private static final Logger log = LoggerFactory.getLogger(MariaDbLauncher.class);
    private static final String VARIABLE = "OUTBOX_TEST_MARIADB_URL";
    private static final String IMAGE = "mariadb:11.8";
    private static final int INNER_PORT = 3306;

    private MariaDbLauncher() {}

    /** A server that was told to start, but may not answer yet. */
    record Launched(MariaDbUrl url, Credentials credentials, ServerControl control) {}

    /** The server that the environment names. */
    static Optional<Launched> named(Map<String, String> environment) {
        @Nullable String url = environment.get(VARIABLE);
        if (url == null || url.isBlank()) {
            return Optional.empty();
        }
        Credentials credentials = new Credentials(
                environment.getOrDefault("OUTBOX_TEST_MARIADB_USER", "root"),
                environment.getOrDefault("OUTBOX_TEST_MARIADB_PASSWORD", ""));
        return Optional.of(new Launched(MariaDbUrl.parse(url), credentials, new ExternalServer(VARIABLE)));
    }

    /**
     * Starts a new server in Docker, else from the programs of this machine.
     *
     * @throws IllegalStateException if there is neither; the message says what to install
     */
    static Launched launch(Map<String, String> environment, Map<String, String> settings) {
        Optional<Path> program = LocalMariaDb.find();
        if (DockerEngine.answers(environment)) {
            try {
                return inDocker(settings);
            } catch (RuntimeException noImage) {
                // An engine without the image and without a network is common on build machines.
                if (program.isEmpty()) {
                    throw noImage;
                }
                log.warn("Docker cannot run {}, so this machine's own MariaDB is used", IMAGE, noImage);
            }
        }
        return locally(
                program.orElseThrow(() -> new IllegalStateException("No MariaDB for the tests. Any of these helps:"
                        + " install it (Debian, Ubuntu: apt-get install mariadb-server; Fedora: dnf install"
                        + " mariadb-server; macOS: brew install mariadb), start a Docker engine, or, for tests"
                        + " that only share a server, set " + VARIABLE + "=jdbc:mariadb://host:port/ with"
                        + " OUTBOX_TEST_MARIADB_USER and OUTBOX_TEST_MARIADB_PASSWORD of an administrator.")),
                settings);
    }

    private static Launched locally(Path program, Map<String, String> settings) {
        int port = FreePort.next();
        Credentials credentials = Credentials.random();
        ServerControl control = LocalMariaDb.start(program, port, credentials, settings);
        return new Launched(MariaDbUrl.of("127.0.0.1", port), credentials, control);
    }

    private static Launched inDocker(Map<String, String> settings) {
        int port = FreePort.next();
        Credentials credentials = new Credentials("root", Credentials.random().password());
        Map<String, String> environment = Map.of("MARIADB_ROOT_PASSWORD", credentials.password());
        DockerServer control = DockerServer.start(
                IMAGE, "TERM", INNER_PORT, port, environment, options(settings).toArray(String[]::new));
        return new Launched(MariaDbUrl.of(control.host(), port), credentials, control);
    }

    /** The settings as options of the server program. */
    static Stream<String> options(Map<String, String> settings) {
        return settings.entrySet().stream().map(setting -> "--" + setting.getKey() + "=" + setting.getValue());
    }
}
