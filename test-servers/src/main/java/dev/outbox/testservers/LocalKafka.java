package dev.outbox.testservers;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Formats the storage of a broker and runs it in a JVM of its own, with the class path that the build has resolved. */
final class LocalKafka {
    private static final Duration FORMAT_BOUND = Duration.ofMinutes(1);
    private static final String CLASS_PATH = "kafka.classpath";
    private static final String PROPERTIES = "server.properties";
    private static final String CLUSTER = "b3V0Ym94LXRlc3RzLTAwMQ";

    private LocalKafka() {}

    /** Starts a broker; it may not answer yet. */
    static ServerControl start(KafkaSettings settings, String stopSignal) {
        Account account = Account.current();
        // Its data go away with it, so that it need not end in good order.
        GuardedDirectory directory = GuardedDirectory.create("kafka", account, "KILL");
        try {
            write(settings, directory.path());
            format(settings, directory, account);
            return new LocalServer(directory, account, java("512m", "kafka.Kafka", PROPERTIES), stopSignal, () -> {});
        } catch (RuntimeException failed) {
            directory.close();
            throw failed;
        }
    }

    private static void write(KafkaSettings settings, Path directory) {
        Properties properties = new Properties();
        properties.putAll(settings.broker());
        properties.setProperty("log.dirs", directory.resolve("data").toString());
        Path file = directory.resolve(PROPERTIES);
        try (Writer writer = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
            properties.store(writer, null);
        } catch (IOException cannotWrite) {
            throw new UncheckedIOException("Cannot write " + file, cannotWrite);
        }
    }

    private static void format(KafkaSettings settings, GuardedDirectory directory, Account account) {
        Path log = directory.path().resolve("format.log");
        Stream<String> options = Stream.of("format", "--cluster-id", CLUSTER, "--config", PROPERTIES);
        Stream<String> users = settings.security().stream().flatMap(security -> security.formatOptions().stream());
        List<String> program = java(
                "128m", "kafka.tools.StorageTool", Stream.concat(options, users).toArray(String[]::new));
        int exitCode =
                ServerProcess.logging(directory, account, program, log.toFile()).awaitExit(FORMAT_BOUND);
        if (exitCode != 0) {
            throw new IllegalStateException(
                    "Kafka's StorageTool failed with " + exitCode + ":\n" + LocalServer.tail(log));
        }
    }

    private static List<String> java(String heap, String main, String... arguments) {
        Stream<String> program = Stream.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                "-XX:+UseSerialGC",
                // Both would leave files in the common temporary directory after SIGKILL.
                "-XX:-UsePerfData",
                "-Djava.io.tmpdir=.",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-cp",
                classPath(),
                main);
        return Stream.concat(program, Stream.of(arguments)).toList();
    }

    /** The class path of the broker, as the build of this module has left it. */
    private static String classPath() {
        try (@Nullable InputStream listed = LocalKafka.class.getResourceAsStream(CLASS_PATH)) {
            if (listed == null) {
                throw new IllegalStateException("No Kafka for the tests: the build of test-servers has not listed the"
                        + " broker's class path. Build it with Maven, start a Docker engine, or, for tests that only"
                        + " share a broker, set OUTBOX_TEST_KAFKA_URL=host:port.");
            }
            return new String(listed.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException unreadable) {
            throw new UncheckedIOException("Cannot read the resource " + CLASS_PATH, unreadable);
        }
    }
}
