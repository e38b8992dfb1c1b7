package dev.outbox.testservers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A server run from a program of this machine in a directory of its own.
 *
 * <p>Control methods are for one thread at a time.
 */
final class LocalServer implements ServerControl {
    private static final int LOG_LINES = 20;

    private final GuardedDirectory directory;
    private final Account account;
    private final List<String> program;
    private final String stopSignal;
    private final Runnable afterKill;
    private volatile ServerProcess process;

    /**
     * Starts the program; its output goes to {@code server.log} in the directory.
     *
     * @param directory where it lives; closed with the server
     * @param stopSignal the signal that makes it end at once with all of its children
     * @param afterKill removes what the program itself cannot when it is killed and what lies outside of the directory
     */
    LocalServer(
            GuardedDirectory directory, Account account, List<String> program, String stopSignal, Runnable afterKill) {
        this.directory = directory;
        this.account = account;
        this.program = List.copyOf(program);
        this.stopSignal = stopSignal;
        this.afterKill = afterKill;
        this.process = launch();
    }

    private ServerProcess launch() {
        return ServerProcess.logging(directory, account, program, logFile().toFile());
    }

    private Path logFile() {
        return directory.path().resolve("server.log");
    }

    @Override
    public boolean controllable() {
        return true;
    }

    @Override
    public boolean isRunning() {
        return process.isRunning();
    }

    @Override
    public void start() {
        process = launch();
    }

    @Override
    public void stopImmediately() {
        process.stop(stopSignal);
    }

    @Override
    public void kill() {
        process.kill();
        afterKill.run();
    }

    @Override
    public void pause() {
        process.pause();
    }

    @Override
    public void resume() {
        process.resume();
    }

    @Override
    public String log() {
        return tail(logFile());
    }

    /** The last lines of a file, or why they cannot be read. */
    static String tail(Path file) {
        try {
            List<String> lines = Files.readAllLines(file);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
        } catch (IOException unreadable) {
            return "(" + unreadable + ")";
        }
    }

    @Override
    public void close() {
        directory.close();
    }
}
