package dev.outbox.testservers;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A process in a {@link GuardedDirectory}, and its children.
 *
 * <p>It is started through a shell that writes its own id into the directory's {@code pids} and then becomes the program:
 * the guard knows of the process before the program runs, and the id is right even if the program that changes the user
 * stays in between as a parent.
 *
 * <p>Signals are for one thread at a time.
 */
final class ServerProcess {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final String ENTER_PID = "echo $$ >\"$0.new\" && mv \"$0.new\" \"$0\" && exec \"$@\"";

    private final GuardedDirectory directory;
    private final Process launched;
    private final ProcessHandle main;

    private ServerProcess(GuardedDirectory directory, Process launched, ProcessHandle main) {
        this.directory = directory;
        this.launched = launched;
        this.main = main;
    }

    /**
     * Starts a program whose output is appended to a file.
     *
     * @throws IllegalStateException if the program cannot even be reached
     */
    static ServerProcess logging(GuardedDirectory directory, Account account, List<String> program, File log) {
        return start(directory, account, program, ProcessBuilder.Redirect.appendTo(log));
    }

    /** Starts a program whose output is read from {@link #output()}. */
    static ServerProcess piped(GuardedDirectory directory, List<String> program) {
        return start(directory, Account.current(), program, ProcessBuilder.Redirect.PIPE);
    }

    private static ServerProcess start(
            GuardedDirectory directory, Account account, List<String> program, ProcessBuilder.Redirect output) {
        directory.record(List.of());
        List<String> shell = List.of("sh", "-c", ENTER_PID, directory.pidFile().toString());
        List<String> command =
                Command.join(Command.detached(), Command.join(account.prefix(), Command.join(shell, program)));
        try {
            Process launched = new ProcessBuilder(command)
                    .directory(directory.path().toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output)
                    .start();
            launched.getOutputStream().close();
            return new ServerProcess(directory, launched, awaitMain(launched, directory.pidFile()));
        } catch (IOException cannotStart) {
            throw new UncheckedIOException("Cannot start " + command, cannotStart);
        }
    }

    private static ProcessHandle awaitMain(Process launched, Path pidFile) throws IOException {
        Await.until(() -> Files.exists(pidFile) || !launched.isAlive(), BOUND, () -> "no process id in " + pidFile);
        if (!Files.exists(pidFile)) {
            throw new IOException("It ended at once with " + launched.exitValue());
        }
        long pid = Long.parseLong(Files.readString(pidFile).strip());
        // A program that has failed already leaves no handle; its launcher then stands for it, just as dead.
        return ProcessHandle.of(pid).orElse(launched.toHandle());
    }

    long pid() {
        return main.pid();
    }

    InputStream output() {
        return launched.getInputStream();
    }

    boolean isRunning() {
        return isRunning(main);
    }

    /** Whether a process runs; one that has ended but whose parent has not yet looked does not. */
    static boolean isRunning(ProcessHandle process) {
        return process.isAlive() && ProcessState.of(process.pid()) != ProcessState.ENDED;
    }

    /** Waits for the end of the process and gives its exit code, 128 + n if signal n ended it. */
    int awaitExit(Duration bound) {
        Await.until(() -> !launched.isAlive(), bound, () -> "process " + pid() + " still runs");
        return launched.exitValue();
    }

    /** Kills the process, but not its children, with SIGKILL and waits for its end. */
    void killAlone() {
        send("KILL", List.of(main));
        awaitEnd(List.of(main));
    }

    /** Halts the process, but not its children, with SIGSTOP. */
    void pauseAlone() {
        halt(List.of(main));
    }

    /** Lets the process, but not its children, go on. */
    void resumeAlone() {
        send("CONT", List.of(main));
    }

    /** Stops the process with a signal that makes it take its children along, and waits for its end. */
    void stop(String signal) {
        send(signal, List.of(main));
        resume();
        awaitEnd(List.of(main));
    }

    /** Kills the process and all of its children with SIGKILL and waits for their end. */
    void kill() {
        List<ProcessHandle> all = pauseAll();
        send("KILL", all);
        awaitEnd(all);
    }

    /** Halts the process and all of its children with SIGSTOP. */
    void pause() {
        // The guard has to know the children too: those that are halted would outlive their parent.
        directory.record(pauseAll().stream().map(ProcessHandle::pid).toList());
    }

    /** Lets the process and its children go on after {@link #pause()}. */
    void resume() {
        List<ProcessHandle> children = main.descendants().toList();
        send("CONT", Stream.concat(children.stream(), Stream.of(main)).toList());
        directory.record(isRunning() ? List.of(main.pid()) : List.of());
    }

    // The parent first: from then on no child can appear.
    private List<ProcessHandle> pauseAll() {
        halt(List.of(main));
        List<ProcessHandle> all = new ArrayList<>(List.of(main));
        main.descendants().forEach(all::add);
        halt(all);
        return all;
    }

    // The signal only announces itself: on a busy machine other threads go on until one has taken it.
    private static void halt(List<ProcessHandle> processes) {
        send("STOP", processes);
        Await.until(
                () -> processes.stream().noneMatch(process -> ProcessState.of(process.pid()) == ProcessState.RUNNING),
                BOUND,
                () -> "some of these still run: " + processes);
    }

    private void awaitEnd(List<ProcessHandle> processes) {
        Await.until(
                () -> processes.stream().noneMatch(ServerProcess::isRunning) && !launched.isAlive(),
                BOUND,
                () -> "some of these still run: " + processes);
        directory.record(List.of());
    }

    private static void send(String signal, List<ProcessHandle> processes) {
        List<String> pids = processes.stream()
                .filter(ServerProcess::isRunning)
                .map(process -> String.valueOf(process.pid()))
                .collect(Collectors.toList());
        if (!pids.isEmpty()) {
            // One of them may have ended meanwhile, so the exit code says nothing.
            Command.run(Command.join(List.of("sh", "-c", "kill -s \"$0\" \"$@\"", signal), pids));
        }
    }
}
