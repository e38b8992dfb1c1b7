package dev.outbox.testservers;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Where this machine has PostgreSQL's server programs. */
final class PostgresBinaries {
    private static final Pattern NUMBER = Pattern.compile("\\d+");

    private PostgresBinaries() {}

    /** The directory with {@code initdb} and {@code postgres}: the newest packaged one, else that on the search path. */
    static Optional<Path> find() {
        return packaged()
                .filter(PostgresBinaries::isComplete)
                .max(Comparator.comparingInt(PostgresBinaries::majorVersion))
                .or(() -> Command.onPath("postgres").map(program -> program.resolveSibling("")))
                .filter(PostgresBinaries::isComplete);
    }

    // Debian, Red Hat and Homebrew keep the major versions apart and leave the programs off the search path.
    private static Stream<Path> packaged() {
        return Stream.of(
                        children(Path.of("/usr/lib/postgresql"), "*"),
                        children(Path.of("/usr"), "pgsql-*"),
                        children(Path.of("/opt/homebrew/opt"), "postgresql@*"))
                .flatMap(List::stream)
                .map(version -> version.resolve("bin"));
    }

    private static List<Path> children(Path parent, String glob) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> children = Files.newDirectoryStream(parent, glob)) {
            children.forEach(found::add);
        } catch (IOException notInstalled) {
            return List.of();
        }
        return found;
    }

    private static boolean isComplete(Path directory) {
        return Files.isExecutable(directory.resolve("initdb")) && Files.isExecutable(directory.resolve("postgres"));
    }

    private static int majorVersion(Path directory) {
        return NUMBER.matcher(directory.toString())
                .results()
                .map(MatchResult::group)
                .mapToInt(Integer::parseInt)
                .max()
                .orElse(0);
    }
}
