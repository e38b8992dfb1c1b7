package dev.outbox.testservers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a process is doing according to Linux's {@code /proc}, which knows more of it than Java does. */
enum ProcessState {
    /** At least one thread may run. */
    RUNNING,
    /** All threads were halted by a signal. */
    HALTED,
    /** It has ended, whether or not its parent has looked. */
    ENDED,
    /** There is no {@code /proc} here. */
    UNKNOWN;

    static ProcessState of(long pid) {
        if (!Files.isDirectory(Path.of("/proc/self/task"))) {
            return UNKNOWN;
        }
        Set<ProcessState> threads = EnumSet.noneOf(ProcessState.class);
        try (Stream<Path> tasks = Files.list(Path.of("/proc", String.valueOf(pid), "task"))) {
            threads.addAll(tasks.map(ProcessState::ofThread).collect(Collectors.toSet()));
        } catch (IOException | UncheckedIOException gone) {
            return ENDED;
        }
        return threads.contains(RUNNING) ? RUNNING : threads.contains(HALTED) ? HALTED : ENDED;
    }

    // The state follows the name, which stands in parentheses and may contain anything.
    private static ProcessState ofThread(Path task) {
        try {
            String stat = Files.readString(task.resolve("stat"));
            char state = stat.charAt(stat.lastIndexOf(')') + 2);
            return switch (state) {
                case 'T', 't' -> HALTED;
                case 'Z', 'X' -> ENDED;
                default -> RUNNING;
            };
        } catch (IOException gone) {
            return ENDED;
        }
    }
}
