package dev.outbox.testservers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A temporary directory that vanishes with this JVM, together with the processes whose ids are written in it.
 *
 * <p>A shutdown hook is not enough: tests kill JVMs with SIGKILL, and so do build tools that lose patience. Therefore a
 * small shell, the guard, makes the directory and reads from a pipe whose other end only this JVM holds. The read ends when
 * this JVM does, for whatever reason, and the guard stops the processes and deletes the directory. Closing takes the very
 * same way. The guard has a session of its own, so that a signal to the process group of the JVM does not reach it, and it
 * exists before the directory does, so that there is no moment at which something could stay behind.
 *
 * <p>The file {@code pids} holds the processes in one line, the main one first; each {@link ServerProcess} enters itself
 * before it runs its program. The guard ends the main process with the given signal, which has to make it stop at once
 * and take its children along, and kills what still runs after ten seconds.
 */
final class GuardedDirectory implements AutoCloseable {
    private static final Duration BOUND = Duration.ofSeconds(30);

    // A process that has ended stays visible as "Z" until its parent looks, and in many containers nobody ever does.
    private static final String GUARD = """
            trap '' HUP INT TERM
            runs() { kill -0 "$1" && ! grep -q ') Z ' "/proc/$1/stat"; }
            umask 077
            directory=$(mktemp -d "$1/outbox-$2-XXXXXX") || exit 1
            if [ -n "$3" ]; then chown "$3" "$directory" || exit 1; fi
            echo "$directory"
            exec >/dev/null 2>&1
            cat
            pids=
            read -r pids <"$directory/pids"
            main=${pids%% *}
            if [ -n "$main" ]; then
              kill -s "$4" "$main"
              kill -s CONT $pids
              tries=0
              while runs "$main" && [ "$tries" -lt 200 ]; do sleep 0.05; tries=$((tries + 1)); done
              kill -s KILL $pids
            fi
            tries=0
            while ! rm -rf "$directory" && [ "$tries" -lt 100 ]; do sleep 0.05; tries=$((tries + 1)); done
            """;

    private final Process guard;
    private final Path path;
    private final Thread hook;

    private GuardedDirectory(Process guard, Path path) {
        this.guard = guard;
        this.path = path;
        this.hook = new Thread(this::release, "outbox-guard-" + path.getFileName());
    }

    /**
     * Makes a directory under the JVM's temporary directory.
     *
     * @param name part of the directory's name
     * @param owner who may use it, apart from root
     * @param stopSignal what ends the main process and all of its children at once, such as {@code QUIT}
     */
    static GuardedDirectory create(String name, Account owner, String stopSignal) {
        String parent = System.getProperty("java.io.tmpdir", "/tmp");
        List<String> shell =
                List.of("sh", "-c", GUARD, "guard", parent, name, owner.user().orElse(""), stopSignal);
        try {
            Process guard = new ProcessBuilder(Command.join(Command.detached(), shell))
                    .directory(Path.of("/").toFile())
                    .redirectErrorStream(true)
                    .start();
            GuardedDirectory directory = new GuardedDirectory(guard, readPath(guard, parent));
            Runtime.getRuntime().addShutdownHook(directory.hook);
            return directory;
        } catch (IOException cannotStart) {
            throw new UncheckedIOException("Cannot start the guard of a directory in " + parent, cannotStart);
        }
    }

    private static Path readPath(Process guard, String parent) throws IOException {
        // Not closed: the stream is the guard's to close.
        BufferedReader reader =
                new BufferedReader(new InputStreamReader(guard.getInputStream(), StandardCharsets.UTF_8));
        @Nullable String line = reader.readLine();
        if (line == null || !line.startsWith(parent)) {
            guard.destroyForcibly();
            throw new IOException("Cannot make a directory in " + parent + ": " + line);
        }
        return Path.of(line);
    }

    Path path() {
        return path;
    }

    Path pidFile() {
        return path.resolve("pids");
    }

    /** Records the processes to end, the main one first; none if the list is empty. */
    void record(List<Long> pids) {
        try {
            if (pids.isEmpty()) {
                Files.deleteIfExists(pidFile());
                return;
            }
            String line = pids.stream().map(String::valueOf).collect(Collectors.joining(" ", "", "\n"));
            Path written = Files.writeString(path.resolve("pids.new"), line);
            Files.move(written, pidFile(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException cannotWrite) {
            throw new UncheckedIOException("Cannot record the processes of " + path, cannotWrite);
        }
    }

    /**
     * Ends the recorded processes and deletes the directory. Further calls have no effect.
     *
     * @throws IllegalStateException if that takes more than 30 seconds
     */
    @Override
    public void close() {
        release();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException shuttingDown) {
            // The hook runs or has run; what it does was done above.
        }
    }

    private void release() {
        try {
            guard.getOutputStream().close();
            if (!guard.waitFor(BOUND.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("The guard of " + path + " has not ended within " + BOUND);
            }
        } catch (IOException alreadyClosed) {
            throw new UncheckedIOException("Cannot tell the guard of " + path + " to end", alreadyClosed);
        } catch (InterruptedException interrupted) {
            // The guard goes on by itself.
            Thread.currentThread().interrupt();
        }
    }
}
