package dev.outbox.testservers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Makes a data directory with this machine's MariaDB and runs it. */
final class LocalMariaDb {
    private static final Duration INSTALL_BOUND = Duration.ofMinutes(2);

    /** With {@code innodb_fast_shutdown=2} it makes the server end without writing its pages. */
    private static final String STOP = "TERM";

    private LocalMariaDb() {}

    /** The server program; Debian keeps it off an ordinary user's search path. */
    static Optional<Path> find() {
        return Command.onPath("mariadbd")
                .or(() -> Optional.of(Path.of("/usr/sbin/mariadbd"))
                        .filter(Files::isExecutable)
                        .filter(unused -> Command.onPath("mariadb-install-db").isPresent()));
    }

    /** Starts a server on the given port of the loopback interface; it may not answer yet. */
    static ServerControl start(Path program, int port, Credentials credentials, Map<String, String> settings) {
        Account account = Account.unprivileged("mysql", "nobody");
        GuardedDirectory directory = GuardedDirectory.create("mariadb", account, STOP);
        try {
            initialise(directory, account);
            Path users = users(directory.path(), credentials);
            List<String> command = server(program, directory.path(), users, port, settings);
            return new LocalServer(directory, account, command, STOP, () -> {});
        } catch (RuntimeException failed) {
            directory.close();
            throw failed;
        }
    }

    private static void initialise(GuardedDirectory directory, Account account) {
        Path log = directory.path().resolve("install.log");
        List<String> install = List.of(
                Command.onPath("mariadb-install-db").orElseThrow().toString(),
                "--no-defaults",
                "--datadir=" + directory.path().resolve("data"),
                "--auth-root-authentication-method=normal",
                "--skip-test-db",
                "--skip-name-resolve");
        int exitCode =
                ServerProcess.logging(directory, account, install, log.toFile()).awaitExit(INSTALL_BOUND);
        if (exitCode != 0) {
            throw new IllegalStateException(install + " failed with " + exitCode + ":\n" + LocalServer.tail(log));
        }
    }

    /** Statements for every start. Readable by all, as they are written by root for another user; the directory around the file is closed to others. */
    private static Path users(Path directory, Credentials credentials) {
        String user = "'" + credentials.user() + "'@'%'";
        List<String> statements = List.of(
                "CREATE USER IF NOT EXISTS " + user + " IDENTIFIED BY '" + credentials.password() + "';",
                "GRANT ALL ON *.* TO " + user + " WITH GRANT OPTION;",
                "DROP USER IF EXISTS 'root'@'127.0.0.1', 'root'@'::1';");
        try {
            Path file = Files.write(directory.resolve("users.sql"), statements);
            return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        } catch (IOException cannotWrite) {
            throw new UncheckedIOException("Cannot write the users in " + directory, cannotWrite);
        }
    }

    private static List<String> server(
            Path program, Path directory, Path users, int port, Map<String, String> settings) {
        Map<String, String> place = Map.of(
                "datadir", directory.resolve("data").toString(),
                "tmpdir", directory.resolve("data").toString(),
                "init_file", users.toString(),
                "bind_address", "127.0.0.1",
                "port", String.valueOf(port),
                // Relative to the data directory, so that no length of its path is too long for a socket.
                "socket", "server.sock",
                "pid_file", "server.pid",
                "skip_name_resolve", "ON",
                "innodb_fast_shutdown", "2");
        Stream<String> options = Stream.concat(MariaDbLauncher.options(settings), MariaDbLauncher.options(place));
        return Stream.concat(Stream.of(program.toString(), "--no-defaults"), options)
                .toList();
    }
}
