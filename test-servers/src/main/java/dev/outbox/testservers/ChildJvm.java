package dev.outbox.testservers;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Another JVM with this one's class path, there to be killed or halted in the middle of its work.
 *
 * <p>It writes its progress to its standard output, line by line, and the test waits for lines. It has no standard input.
 * It is killed by {@link #close()} and when this JVM ends, also by SIGKILL. Its current directory is a temporary one,
 * deleted at the same time.
 *
 * <p>Thread-safe, except that the signals are for one thread at a time.
 */
public final class ChildJvm implements AutoCloseable {
    private static final Duration BOUND = Duration.ofSeconds(60);

    private final GuardedDirectory directory;
    private final ServerProcess process;
    private final Lines lines;

    private ChildJvm(GuardedDirectory directory, ServerProcess process) {
        this.directory = directory;
        this.process = process;
        this.lines = new Lines(process.output(), "child-jvm-" + process.pid());
    }

    /** Describes a JVM that runs the main method of a class. */
    public static Builder of(Class<?> main) {
        return new Builder(main);
    }

    /** What a child JVM is started with. For one thread. */
    public static final class Builder {
        private final Class<?> main;
        private final List<String> options = new ArrayList<>();
        private final Map<String, String> properties = new TreeMap<>();
        private final List<String> arguments = new ArrayList<>();
        private final Map<String, String> environment = new TreeMap<>();

        private Builder(Class<?> main) {
            this.main = main;
        }

        /** Adds arguments of the main method. */
        public Builder arguments(String... more) {
            arguments.addAll(List.of(more));
            return this;
        }

        /** Sets a system property. */
        public Builder systemProperty(String name, String value) {
            properties.put(name, value);
            return this;
        }

        /** Adds options of the JVM, such as {@code -Xmx256m}. */
        public Builder options(String... more) {
            options.addAll(List.of(more));
            return this;
        }

        /** Sets a variable of its environment, beside those that it has from this JVM. */
        public Builder environment(String name, String value) {
            environment.put(name, value);
            return this;
        }

        /**
         * Starts the JVM.
         *
         * @throws IllegalStateException if that fails
         */
        public ChildJvm start() {
            GuardedDirectory directory = GuardedDirectory.create("child-jvm", Account.current(), "KILL");
            try {
                return new ChildJvm(directory, ServerProcess.piped(directory, command()));
            } catch (RuntimeException failed) {
                directory.close();
                throw failed;
            }
        }

        private List<String> command() {
            String java =
                    Path.of(System.getProperty("java.home"), "bin", "java").toString();
            Stream<String> definitions = properties.entrySet().stream()
                    .map(property -> "-D" + property.getKey() + "=" + property.getValue());
            // The file of performance data in the common temporary directory would survive SIGKILL.
            Stream<String> fixed = Stream.of(java, "-XX:-UsePerfData");
            Stream<String> start = Stream.of("-cp", classPath(), main.getName());
            return Stream.of(variables(), fixed, options.stream(), definitions, start, arguments.stream())
                    .flatMap(part -> part)
                    .toList();
        }

        // Set for the JVM alone: the shell that starts it must not be subject to a variable such as LD_PRELOAD.
        private Stream<String> variables() {
            Stream<String> assignments =
                    environment.entrySet().stream().map(variable -> variable.getKey() + "=" + variable.getValue());
            return environment.isEmpty() ? Stream.of() : Stream.concat(Stream.of("env"), assignments);
        }

        // Absolute, as the child runs in another directory.
        private static String classPath() {
            return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                    .map(entry -> Path.of(entry).toAbsolutePath().toString())
                    .reduce((first, second) -> first + File.pathSeparator + second)
                    .orElseThrow();
        }
    }

    /** The operating system's id of the process. */
    public long pid() {
        return process.pid();
    }

    /** Whether it runs, halted or not. */
    public boolean isRunning() {
        return process.isRunning();
    }

    /** What it has written so far to its standard output and standard error, in lines. */
    public List<String> lines() {
        return lines.all();
    }

    /**
     * Waits for a line that matches, counted from the very first one.
     *
     * @return the first such line
     * @throws IllegalStateException with the last lines if there is none when the bound has passed or the output has ended
     */
    public String awaitLine(Predicate<String> matching, Duration bound) {
        return lines.await(matching, bound);
    }

    /** Kills it with SIGKILL and waits for its end; no effect if it has ended. */
    public void kill9() {
        process.killAlone();
    }

    /** Halts all of its threads with SIGSTOP. Its own child processes run on. */
    public void sigstop() {
        process.pauseAlone();
    }

    /** Lets it go on after {@link #sigstop()}. */
    public void sigcont() {
        process.resumeAlone();
    }

    /**
     * Waits for its end. After that, {@link #lines()} is complete.
     *
     * @return its exit code; 128 + n if signal n ended it, as 137 for SIGKILL
     * @throws IllegalStateException if it still runs when the bound has passed
     */
    public int awaitExit(Duration bound) {
        int exitCode = process.awaitExit(bound);
        lines.awaitEnd(BOUND);
        return exitCode;
    }

    /** Kills it if it still runs. Further calls have no effect. */
    @Override
    public void close() {
        process.killAlone();
        directory.close();
    }
}
