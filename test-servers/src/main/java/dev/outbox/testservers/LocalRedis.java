package dev.outbox.testservers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Runs this machine's Redis, on the loopback interface alone, with its data in a temporary directory. */
final class LocalRedis {
    static final String PROGRAM = "redis-server";
    private static final String CONFIGURATION = "redis.conf";

    private LocalRedis() {}

    /** Starts a server; it may not answer yet. */
    static ServerControl start(Path program, int port, Map<String, String> settings, String stopSignal) {
        Map<String, String> all = new TreeMap<>(settings);
        all.putIfAbsent("port", String.valueOf(port));
        return start(program, all, Map.of(), stopSignal);
    }

    /**
     * Starts a server or, with other options, a sentinel; it may not answer yet.
     *
     * @param files what else has to be in the directory, by name
     */
    static ServerControl start(
            Path program,
            Map<String, String> settings,
            Map<String, String> files,
            String stopSignal,
            String... options) {
        Account account = Account.current();
        // Its data go away with it, so that it need not end in good order.
        GuardedDirectory directory = GuardedDirectory.create("redis", account, "KILL");
        try {
            Map<String, String> all = new TreeMap<>(settings);
            all.put("bind", "127.0.0.1");
            all.put("protected-mode", "no");
            all.put("dir", directory.path().toString());
            write(directory.path().resolve(CONFIGURATION), lines(all));
            files.forEach((name, content) -> write(directory.path().resolve(name), content));
            List<String> command = Stream.concat(Stream.of(program.toString(), CONFIGURATION), Stream.of(options))
                    .toList();
            return new LocalServer(directory, account, command, stopSignal, () -> {});
        } catch (RuntimeException failed) {
            directory.close();
            throw failed;
        }
    }

    private static String lines(Map<String, String> settings) {
        return settings.entrySet().stream()
                .map(setting -> setting.getKey() + " " + setting.getValue())
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private static void write(Path file, String content) {
        try {
            Files.writeString(file, content);
        } catch (IOException cannotWrite) {
            throw new UncheckedIOException("Cannot write " + file, cannotWrite);
        }
    }
}
