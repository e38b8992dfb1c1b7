package dev.outbox.testservers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Runs the small programs of the system that setting up a server needs, in the root directory, with a bound. */
final class Command {
    private static final Duration BOUND = Duration.ofMinutes(1);

    private Command() {}

    /** What a program that ended wrote to its two outputs, and its exit code. */
    record Result(int exitCode, String output) {}

    /** Runs a program whose output is at most 64 KB, the size of a pipe. */
    static Result run(List<String> command) {
        try {
            Process process = new ProcessBuilder(command)
                    .directory(Path.of("/").toFile())
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            if (!process.waitFor(BOUND.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException(command + " did not end within " + BOUND);
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.exitValue(), output.strip());
        } catch (IOException cannotRun) {
            throw new UncheckedIOException("Cannot run " + command, cannotRun);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while running " + command, interrupted);
        }
    }

    /**
     * Runs a program that has to succeed.
     *
     * @return its output
     * @throws IllegalStateException with that output if it fails
     */
    static String mustRun(List<String> command) {
        Result result = run(command);
        if (result.exitCode() != 0) {
            throw new IllegalStateException(command + " failed with " + result.exitCode() + ": " + result.output());
        }
        return result.output();
    }

    /** The program of this name on the search path. */
    static Optional<Path> onPath(String program) {
        String searchPath = System.getenv().getOrDefault("PATH", "/usr/bin:/bin");
        return List.of(searchPath.split(":")).stream()
                .filter(directory -> !directory.isEmpty())
                .map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Joins the parts of a command line. */
    static List<String> join(List<String> first, List<String> second) {
        List<String> joined = new ArrayList<>(first);
        joined.addAll(second);
        return joined;
    }

    /** The prefix that takes a process out of this JVM's process group, so that a signal to the group spares it. */
    static List<String> detached() {
        return onPath("setsid").map(path -> List.of(path.toString())).orElse(List.of());
    }
}
