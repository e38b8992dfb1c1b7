package dev.outbox.testservers;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds or starts RabbitMQ, in the order that {@link RabbitServer} documents. */
final class RabbitLauncher {
    private static final Logger log = LoggerFactory.getLogger(RabbitLauncher.class);
    private static final String VARIABLE = "OUTBOX_TEST_RABBITMQ_URL";
    private static final String IMAGE = "rabbitmq:4.1";
    private static final int INNER_PORT = 5672;

    private RabbitLauncher() {}

    /** Runs {@code rabbitmqctl} with arguments and gives its output. */
    interface Tool {
        String run(List<String> arguments);
    }

    /** A broker that was told to start, but may not answer yet; one that someone else runs has no settings. */
    record Launched(
            String host,
            int port,
            Credentials credentials,
            Optional<RabbitSettings> settings,
            ServerControl control,
            Tool tool) {}

    /** The broker that the environment names. */
    static Optional<Launched> named(Map<String, String> environment) {
        @Nullable String url = environment.get(VARIABLE);
        if (url == null || url.isBlank()) {
            return Optional.empty();
        }
        URI uri = URI.create(url.strip());
        String user = Optional.ofNullable(uri.getUserInfo()).orElse("guest:guest");
        UnaryOperator<String> part = text -> text.isEmpty() ? "guest" : text;
        int colon = user.indexOf(':');
        Credentials credentials = new Credentials(
                part.apply(colon < 0 ? user : user.substring(0, colon)),
                part.apply(colon < 0 ? "" : user.substring(colon + 1)));
        int port = uri.getPort() < 0 ? INNER_PORT : uri.getPort();
        return Optional.of(new Launched(
                uri.getHost(), port, credentials, Optional.empty(), new ExternalServer(VARIABLE), arguments -> {
                    throw new IllegalStateException("The broker comes from " + VARIABLE
                            + " and cannot be controlled from here: use RabbitServer.start for one of the test's own");
                }));
    }

    /**
     * Starts a new broker in Docker, else from the programs of this machine.
     *
     * @throws IllegalStateException if there is neither; the message says what to install
     */
    static Launched launch(Map<String, String> environment, RabbitSettings settings) {
        Optional<Path> binaries = LocalRabbit.binaries();
        if (settings.isPlain() && DockerEngine.answers(environment)) {
            try {
                return inDocker(settings);
            } catch (RuntimeException noImage) {
                // An engine without the image and without a network is common on build machines.
                if (binaries.isEmpty()) {
                    throw noImage;
                }
                log.warn("Docker cannot run {}, so this machine's own RabbitMQ is used", IMAGE, noImage);
            }
        }
        return LocalRabbit.start(
                binaries.orElseThrow(() -> new IllegalStateException("No RabbitMQ for the tests. Any of these helps:"
                        + " install it (Debian, Ubuntu: apt-get install rabbitmq-server; Fedora: dnf install"
                        + " rabbitmq-server; macOS: brew install rabbitmq), start a Docker engine, or, for tests that"
                        + " only share a server, set " + VARIABLE + "=amqp://user:password@host:port.")),
                settings);
    }

    private static Launched inDocker(RabbitSettings settings) {
        Credentials credentials = settings.credentials();
        Map<String, String> environment = Map.of(
                "RABBITMQ_DEFAULT_USER", credentials.user(),
                "RABBITMQ_DEFAULT_PASS", credentials.password());
        DockerServer control =
                DockerServer.start(IMAGE, "TERM", INNER_PORT, settings.port(), environment, "rabbitmq-server");
        return new Launched(
                control.host(),
                settings.port(),
                credentials,
                Optional.of(settings),
                control,
                arguments -> control.run(Command.join(List.of("rabbitmqctl", "-q"), arguments)));
    }
}
