package dev.outbox.testservers;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds or starts Redis, in the order that {@link RedisServer} documents. */
final class RedisLauncher {
    private static final Logger log = LoggerFactory.getLogger(RedisLauncher.class);
    private static final String VARIABLE = "OUTBOX_TEST_REDIS_URL";
    private static final String IMAGE = "redis:7.2";
    private static final String STOP_SIGNAL = "TERM";
    private static final int INNER_PORT = 6379;

    private RedisLauncher() {}

    /** A server that was told to start, but may not answer yet. */
    record Launched(URI url, ServerControl control) {}

    /** The server that the environment names. */
    static Optional<Launched> named(Map<String, String> environment) {
        @Nullable String url = environment.get(VARIABLE);
        if (url == null || url.isBlank()) {
            return Optional.empty();
        }
        return Optional.of(new Launched(URI.create(url.strip()), new ExternalServer(VARIABLE)));
    }

    /**
     * Starts a new server in Docker, else from the program of this machine.
     *
     * @throws IllegalStateException if there is neither; the message says what to install
     */
    static Launched launch(Map<String, String> environment, Map<String, String> settings) {
        if (DockerEngine.answers(environment)) {
            try {
                return inDocker(settings);
            } catch (RuntimeException noImage) {
                // An engine without the image and without a network is common on build machines.
                if (Command.onPath(LocalRedis.PROGRAM).isEmpty()) {
                    throw noImage;
                }
                log.warn("Docker cannot run {}, so this machine's own Redis is used", IMAGE, noImage);
            }
        }
        int port = FreePort.next();
        return new Launched(url("127.0.0.1", port), LocalRedis.start(program(), port, settings, STOP_SIGNAL));
    }

    /**
     * The program of this machine.
     *
     * @throws IllegalStateException if there is none; the message says what to install
     */
    static Path program() {
        return Command.onPath(LocalRedis.PROGRAM)
                .orElseThrow(() -> new IllegalStateException("No Redis for the tests. Any of these helps: install it"
                        + " (Debian, Ubuntu: apt-get install redis-server; Fedora: dnf install redis; macOS: brew"
                        + " install redis), start a Docker engine, or, for tests that only share a server, set "
                        + VARIABLE + "=redis://host:port."));
    }

    static URI url(String host, int port) {
        return URI.create("redis://" + host + ":" + port);
    }

    private static Launched inDocker(Map<String, String> settings) {
        int port = FreePort.next();
        Map<String, String> all = new TreeMap<>(settings);
        all.put("port", String.valueOf(INNER_PORT));
        Stream<String> options =
                all.entrySet().stream().flatMap(setting -> Stream.of("--" + setting.getKey(), setting.getValue()));
        DockerServer control = DockerServer.start(
                IMAGE,
                STOP_SIGNAL,
                INNER_PORT,
                port,
                Map.of(),
                Stream.concat(Stream.of(LocalRedis.PROGRAM), options).toArray(String[]::new));
        return new Launched(url(control.host(), port), control);
    }
}
