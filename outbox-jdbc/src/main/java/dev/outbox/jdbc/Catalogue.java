package dev.outbox.jdbc;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tables as a database describes them, or as they should be: their columns, indexes, constraints, and rules that must hold. Immutable.
 *
 * <p>Each is a {@link Part}. What a version of the tables should have is a resource, {@code catalogue-<version>.txt}, with one line for each part; a test compares it
 * with what the scripts make.
 */
final class Catalogue {
    private static final String SEPARATOR = " | ";

    private final Map<String, Part> parts = new LinkedHashMap<>();

    Catalogue(List<Part> parts) {
        parts.forEach(part -> this.parts.put(part.id(), part));
    }

    /**
     * One thing that a database says of a table.
     *
     * @param kind table, column, index, constraint or rule
     * @param table the table's name, without schema and prefix
     * @param name the column; the whole definition of an index or a constraint, because its name says nothing; the rule, in words; empty for a table
     * @param definition of a column: its type and what goes with it; else empty
     */
    record Part(String kind, String table, String name, String definition) {
        static Part parse(String line) {
            String[] fields = line.split(" \\| ?", -1);
            return new Part(fields[0], fields[1], fields[2], fields[3]);
        }

        String line() {
            return kind + SEPARATOR + table + SEPARATOR + name + SEPARATOR + definition;
        }

        private String id() {
            return kind + SEPARATOR + table + SEPARATOR + name;
        }

        private boolean isTable() {
            return kind.equals("table");
        }

        private boolean isColumn() {
            return kind.equals("column");
        }

        /** Whether an insert that does not know of this part may fail because of it. */
        private boolean hinders() {
            return switch (kind) {
                case "column" ->
                    definition.contains("NOT NULL")
                            && !definition.contains("DEFAULT")
                            && !definition.contains("IDENTITY");
                case "index" -> name.startsWith("UNIQUE") || name.startsWith("PRIMARY KEY");
                case "constraint" -> true;
                default -> false;
            };
        }
    }

    static Catalogue parse(List<String> lines) {
        return new Catalogue(
                lines.stream().filter(line -> !line.isBlank()).map(Part::parse).toList());
    }

    /** One line for each part, sorted. */
    List<String> lines() {
        return parts.values().stream().map(Part::line).sorted().toList();
    }

    /**
     * What {@code there} lacks or has otherwise, and what it has beyond that and makes inserts fail; one sentence each.
     *
     * @param prefix what tables are called in front of their names
     */
    List<String> differences(Catalogue there, String prefix) {
        List<String> differences = new ArrayList<>();
        Set<String> present = new HashSet<>();
        for (Part part : parts.values()) {
            if (part.isTable() && there.parts.containsKey(part.id())) {
                present.add(part.table());
            } else if (part.isTable()) {
                differences.add("the table " + prefix + part.table() + " is missing");
            }
        }
        parts.values().stream()
                .filter(part -> !part.isTable() && present.contains(part.table()))
                .forEach(part -> compare(part, there.parts.get(part.id()), prefix, differences));
        there.parts.values().stream()
                .filter(part -> present.contains(part.table()) && !parts.containsKey(part.id()) && part.hinders())
                .forEach(part -> differences.add(unknown(part, prefix)));
        return differences;
    }

    private static void compare(Part wanted, @Nullable Part found, String prefix, List<String> differences) {
        String table = prefix + wanted.table();
        if (found == null) {
            differences.add(
                    switch (wanted.kind()) {
                        case "column" ->
                            "the column " + table + "." + wanted.name() + " (" + wanted.definition() + ") is missing";
                        case "rule" -> table + ": this does not hold: " + wanted.name();
                        default -> table + " lacks the " + wanted.kind() + " " + wanted.name();
                    });
        } else if (!found.definition().equals(wanted.definition())) {
            differences.add("the column " + table + "." + wanted.name() + " is " + found.definition()
                    + " and should be " + wanted.definition());
        }
    }

    private static String unknown(Part part, String prefix) {
        return part.isColumn()
                ? "the column " + prefix + part.table() + "." + part.name() + " (" + part.definition()
                        + ") is unknown, and without a default inserts fail"
                : prefix + part.table() + " has the unknown " + part.kind() + " " + part.name()
                        + ", which may make inserts fail";
    }
}
