package dev.outbox.testservers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Makes a database cluster with this machine's PostgreSQL and runs it. */
final class LocalPostgres {
    private static final Duration INITDB_BOUND = Duration.ofMinutes(2);
    private static final String IMMEDIATE_SHUTDOWN = "QUIT";

    private LocalPostgres() {}

    /** Starts a server on the given port of the loopback interface; it may not answer yet. */
    static ServerControl start(Path binaries, int port, Credentials credentials, Map<String, String> settings) {
        Account account = Account.unprivileged("postgres", "nobody");
        GuardedDirectory directory = GuardedDirectory.create("postgres", account, IMMEDIATE_SHUTDOWN);
        try {
            initialise(binaries, directory, account, credentials);
            Path postmasterFile = directory.path().resolve("data/postmaster.pid");
            return new LocalServer(
                    directory,
                    account,
                    server(binaries, port, settings),
                    IMMEDIATE_SHUTDOWN,
                    () -> removeSharedMemory(postmasterFile));
        } catch (RuntimeException failed) {
            directory.close();
            throw failed;
        }
    }

    private static void initialise(
            Path binaries, GuardedDirectory directory, Account account, Credentials credentials) {
        Path log = directory.path().resolve("initdb.log");
        List<String> initdb = List.of(
                binaries.resolve("initdb").toString(),
                "--pgdata=data",
                "--username=" + credentials.user(),
                "--pwfile=" + passwordFile(directory.path(), credentials.password()),
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync");
        int exitCode =
                ServerProcess.logging(directory, account, initdb, log.toFile()).awaitExit(INITDB_BOUND);
        if (exitCode != 0) {
            throw new IllegalStateException(initdb + " failed with " + exitCode + ":\n" + LocalServer.tail(log));
        }
    }

    // Readable by all, as it is written by root for another user; the directory around it is closed to others.
    private static Path passwordFile(Path directory, String password) {
        try {
            Path file = Files.writeString(directory.resolve("password"), password + "\n");
            return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        } catch (IOException cannotWrite) {
            throw new UncheckedIOException("Cannot write the password file in " + directory, cannotWrite);
        }
    }

    private static List<String> server(Path binaries, int port, Map<String, String> settings) {
        Map<String, String> place = Map.of(
                "listen_addresses", "127.0.0.1",
                "port", String.valueOf(port),
                // Relative to the data directory, so that no length of its path is too long for a socket.
                "unix_socket_directories", ".",
                // In the data directory too: the files of the default stay in /dev/shm after SIGKILL.
                "dynamic_shared_memory_type", "mmap");
        Stream<String> program = Stream.of(binaries.resolve("postgres").toString(), "-D", "data");
        Stream<String> options = Stream.concat(PostgresLauncher.options(settings), PostgresLauncher.options(place));
        return Stream.concat(program, options).toList();
    }

    // A System V segment of 56 bytes, by which a postmaster recognises children of a dead one. It outlives SIGKILL, and
    // a machine has 4,096 of them. The file's seventh line has its key and its id.
    private static void removeSharedMemory(Path postmasterFile) {
        try {
            List<String> lines = Files.readAllLines(postmasterFile);
            if (lines.size() >= 7 && Command.onPath("ipcrm").isPresent()) {
                String keyAndId = lines.get(6).strip();
                Command.run(List.of("ipcrm", "-m", keyAndId.substring(keyAndId.lastIndexOf(' ') + 1)));
            }
        } catch (IOException neverStarted) {
            // Then there is no segment either.
        }
    }
}
