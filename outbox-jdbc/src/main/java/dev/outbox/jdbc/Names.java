package dev.outbox.jdbc;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * The names of the tables. Statements and scripts write {@code ${prefix}} before the name of a table, {@code ${local}} where a name must not be
 * qualified by its schema, and {@code ${schema}} for the schema alone.
 *
 * @param schema the schema, or empty
 * @param prefix what names begin with, or empty
 */
record Names(String schema, String prefix) {
    private static final Pattern IDENTIFIER = Pattern.compile("^[A-Za-z_][A-Za-z0-9_]{0,40}$");

    static Names plain() {
        return new Names("", "");
    }

    Names withSchema(String name) {
        return new Names(checked("schema", name), prefix);
    }

    Names withPrefix(String name) {
        return new Names(schema, checked("table prefix", name));
    }

    /** What stands for {@code ${prefix}}. */
    String qualifiedPrefix() {
        return schema.isEmpty() ? prefix : schema + "." + prefix;
    }

    /** {@code sql} with the names in it. */
    String resolve(String sql) {
        return sql.replace("${prefix}", qualifiedPrefix())
                .replace("${local}", prefix)
                .replace("${schema}", schema);
    }

    List<String> resolveAll(List<String> statements) {
        return statements.stream().map(this::resolve).toList();
    }

    private static String checked(String what, String name) {
        if (!IDENTIFIER.matcher(Objects.requireNonNull(name, what)).matches()) {
            throw new IllegalArgumentException(what + " '" + name.replaceAll("[^ -~]", "?")
                    + "' must be a letter or underscore and up to 40 more letters, digits or underscores");
        }
        return name.toLowerCase(Locale.ROOT);
    }
}
