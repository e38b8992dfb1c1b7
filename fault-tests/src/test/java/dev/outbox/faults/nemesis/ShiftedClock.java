package dev.outbox.faults.nemesis;

import dev.outbox.testservers.ChildJvm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/** Starts JVMs whose wall clock shows another time: libfaketime between them and the operating system. Their monotonic clock is the real one. */
public final class ShiftedClock {
    private static final String LIBRARY = "faketime/libfaketimeMT.so.1";

    private ShiftedClock() {}

    /** @throws IllegalStateException if libfaketime is not installed */
    public static ChildJvm.Builder shift(ChildJvm.Builder child, Duration shift) {
        return child.environment("LD_PRELOAD", library().toString())
                .environment("FAKETIME", (shift.isNegative() ? "-" : "+") + Math.abs(shift.toSeconds()) + "s")
                .environment("FAKETIME_DONT_FAKE_MONOTONIC", "1")
                // Its repair for old C libraries makes timed waits of the JVM end early.
                .environment("FAKETIME_FORCE_MONOTONIC_FIX", "0")
                .environment("FAKETIME_DISABLE_SHM", "1");
    }

    private static Path library() {
        Path libraries = Path.of("/usr/lib");
        try (Stream<Path> folders = Files.list(libraries)) {
            Stream<Path> all = Stream.concat(Stream.of(libraries), folders);
            return all.map(folder -> folder.resolve(LIBRARY))
                    .filter(Files::isReadable)
                    .findFirst()
                    .orElseThrow(() ->
                            new IllegalStateException("No " + LIBRARY + " in /usr/lib: install Debian's libfaketime"));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
