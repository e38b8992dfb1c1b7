package dev.outbox.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The scripts that make the tables of one database, one for each version; each works on the tables of the version before. A script that was released is never changed.
 *
 * <p>A version may add what the statements of the version before do not mind: indexes, tables, columns that may be null or have a default. And the statements of a version
 * make do with the tables of the version before. So tables can be brought to the next version before, amid or after the deployment of the library (see ADR 11).
 *
 * <p>Every statement ends with a semicolon at the end of a line, and no comment does.
 */
final class Scripts {
    private static final List<String> FILES = List.of("V1__outbox.sql", "V2__dead_letters_by_key.sql");

    /** The version that the last script makes. */
    static final int NEWEST = FILES.size();

    private static final Pattern END = Pattern.compile(";[ \\t]*(?:\\R|\\z)");
    private static final Pattern DATABASE = Pattern.compile("[a-z][a-z0-9]{0,20}");

    private final String dialect;

    /**
     * The scripts in the folder {@code dialect}.
     *
     * @throws IllegalArgumentException if there are none
     */
    Scripts(String dialect) {
        if (!DATABASE.matcher(dialect).matches() || Scripts.class.getResource(path(dialect, FILES.get(0))) == null) {
            throw new IllegalArgumentException("there are no scripts for a database called '"
                    + dialect.replaceAll("[^ -~]", "?") + "'; h2 and postgresql, for example, have some");
        }
        this.dialect = dialect;
    }

    /** What makes {@code version} of the version before. */
    String script(int version, Names names) {
        return names.resolve(read(FILES.get(version - 1)));
    }

    /** Everything that comes after {@code version}. */
    String after(int version, Names names) {
        return IntStream.rangeClosed(version + 1, NEWEST)
                .mapToObj(next -> script(next, names))
                .collect(Collectors.joining("\n"));
    }

    /** The tables as {@code version} has them, one line for each part; see {@link Catalogue}. Empty where nobody has written them down. */
    List<String> catalogue(int version) {
        String file = "catalogue-" + version + ".txt";
        return Scripts.class.getResource(path(dialect, file)) == null
                ? List.of()
                : read(file).lines().toList();
    }

    /** The names of the scripts. */
    String files() {
        return FILES.stream().map(file -> path(dialect, file).substring(1)).collect(Collectors.joining(" and "));
    }

    /** The statements of a script, without their semicolons. */
    static List<String> statements(String script) {
        return Stream.of(END.split(script)).filter(Scripts::says).toList();
    }

    private static boolean says(String part) {
        return Arrays.stream(part.split("\\R", -1)).anyMatch(line -> !line.isBlank() && !line.startsWith("--"));
    }

    private String read(String file) {
        String path = path(dialect, file);
        try (InputStream stream = Scripts.class.getResourceAsStream(path)) {
            if (stream == null) {
                throw new IllegalStateException("resource " + path + " is missing in the library's jar");
            }
            return new String(stream.readAllBytes(), UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException("resource " + path + " cannot be read", unreadable);
        }
    }

    private static String path(String dialect, String file) {
        return "/dev/outbox/jdbc/" + dialect + "/" + file;
    }
}
