package dev.outbox.testservers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Runs this machine's RabbitMQ as a node of its own: its own name, ports, cookie and directories, and its own port mapper (epmd), so that it meets no other
 * node of this machine.
 */
final class LocalRabbit {
    private static final Path PACKAGED = Path.of("/usr/lib/rabbitmq/bin");
    private static final String AT_ONCE = "USR1";

    // The distribution's own wrapper knows one broker a machine. A shell stands before the broker and its port mapper,
    // so that both end together, in
    // good order or at once; traps come first, as a signal may come at any time.
    private static final String BROKER = """
            server=
            wanted=
            ask() { wanted=$1; [ -z "$server" ] || kill -s "$1" "$server"; }
            trap 'ask TERM' TERM
            trap 'ask KILL' USR1
            epmd -port "$ERL_EPMD_PORT" -address 127.0.0.1 &
            epmd=$!
            "$0" &
            server=$!
            [ -z "$wanted" ] || kill -s "$wanted" "$server"
            while kill -0 "$server" 2>/dev/null; do wait "$server"; done
            kill -s KILL "$epmd"
            """;

    private final Path binaries;
    private final Account account;
    private final GuardedDirectory directory;
    private final Map<String, String> environment;

    private LocalRabbit(Path binaries, Account account, GuardedDirectory directory) {
        this.binaries = binaries;
        this.account = account;
        this.directory = directory;
        this.environment = environment(directory.path().toString());
    }

    /** The directory of the broker's programs, without the distribution's wrapper. */
    static Optional<Path> binaries() {
        if (Command.onPath("epmd").isEmpty()) {
            return Optional.empty();
        }
        return Stream.concat(
                        Stream.of(PACKAGED),
                        Command.onPath("rabbitmq-server").map(program -> program.resolveSibling("")).stream())
                .filter(place -> Files.isExecutable(place.resolve("rabbitmq-server"))
                        && Files.isExecutable(place.resolve("rabbitmqctl")))
                .findFirst();
    }

    /** Starts a broker on the loopback interface; it may not answer yet. */
    static RabbitLauncher.Launched start(Path binaries, RabbitSettings settings) {
        Account account = Account.unprivileged("rabbitmq", "nobody");
        GuardedDirectory directory = GuardedDirectory.create("rabbitmq", account, AT_ONCE);
        try {
            LocalRabbit rabbit = new LocalRabbit(binaries, account, directory);
            rabbit.write(
                    "rabbitmq.conf", settings.configuration(directory.path().toString()));
            settings.security().ifPresent(secured -> {
                rabbit.write("certificate.pem", secured.certificate().certificate());
                rabbit.write("key.pem", secured.certificate().key());
            });
            ServerControl control = new LocalServer(directory, account, rabbit.program(), "TERM", () -> {});
            return new RabbitLauncher.Launched(
                    "127.0.0.1",
                    settings.port(),
                    settings.credentials(),
                    Optional.of(settings),
                    control,
                    rabbit::control);
        } catch (RuntimeException failed) {
            directory.close();
            throw failed;
        }
    }

    private static Map<String, String> environment(String directory) {
        Map<String, String> environment = new TreeMap<>();
        environment.put("PATH", System.getenv().getOrDefault("PATH", "/usr/bin:/bin"));
        // Holds the cookie by which the tool is let in.
        environment.put("HOME", directory);
        environment.put("LANG", "C.UTF-8");
        environment.put("ERL_EPMD_PORT", String.valueOf(FreePort.next()));
        environment.put("RABBITMQ_NODENAME", "outbox@localhost");
        environment.put("RABBITMQ_DIST_PORT", String.valueOf(FreePort.next()));
        environment.put("RABBITMQ_CONFIG_FILE", directory + "/rabbitmq.conf");
        environment.put("RABBITMQ_CONF_ENV_FILE", directory + "/none");
        environment.put("RABBITMQ_ENABLED_PLUGINS_FILE", directory + "/plugins");
        environment.put("RABBITMQ_MNESIA_BASE", directory + "/data");
        environment.put("RABBITMQ_LOG_BASE", directory + "/log");
        environment.put("RABBITMQ_GENERATED_CONFIG_DIR", directory + "/generated");
        environment.put("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "-kernel inet_dist_use_interface {127,0,0,1} +S 2:2");
        // Makes the start script become the broker instead of staying before it.
        environment.put("RUNNING_UNDER_SYSTEMD", "true");
        return environment;
    }

    private List<String> program() {
        return Command.join(
                clean(),
                List.of("sh", "-c", BROKER, binaries.resolve("rabbitmq-server").toString()));
    }

    /** Nothing but our own environment: what others set for a broker of this machine must not reach this one. */
    private List<String> clean() {
        return Stream.concat(
                        Stream.of("env", "-i"),
                        environment.entrySet().stream().map(entry -> entry.getKey() + "=" + entry.getValue()))
                .toList();
    }

    private String control(List<String> arguments) {
        List<String> tool = List.of(binaries.resolve("rabbitmqctl").toString(), "-q");
        return Command.mustRun(Command.join(account.prefix(), Command.join(clean(), Command.join(tool, arguments))));
    }

    // Readable by all, as it may be written by root for another user; the directory around it is closed to others.
    private void write(String name, String content) {
        Path file = directory.path().resolve(name);
        try {
            Files.setPosixFilePermissions(
                    Files.writeString(file, content), PosixFilePermissions.fromString("rw-r--r--"));
        } catch (IOException cannotWrite) {
            throw new UncheckedIOException("Cannot write " + file, cannotWrite);
        }
    }
}
