package dev.outbox.testservers;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A JDBC URL of PostgreSQL in its parts.
 *
 * @param address all before the database's name, as {@code jdbc:postgresql://localhost:5432/}
 * @param database the database's name, may be empty
 * @param parameters what follows, empty or beginning with {@code ?}
 */
record PostgresUrl(String address, String database, String parameters) {
    private static final Pattern URL = Pattern.compile("(jdbc:postgresql://[^/?]+/)([^/?]*)(\\?.*)?");

    static PostgresUrl of(String host, int port, String database) {
        return new PostgresUrl("jdbc:postgresql://" + host + ":" + port + "/", database, "");
    }

    /** Parses {@code jdbc:postgresql://host[:port]/[database][?parameters]}; the message leaves out the parameters. */
    static PostgresUrl parse(String url) {
        Matcher matcher = URL.matcher(url);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "Expected jdbc:postgresql://host:port/database but was " + url.replaceFirst("\\?.*", "?..."));
        }
        String parameters = matcher.group(3);
        return new PostgresUrl(matcher.group(1), matcher.group(2), parameters == null ? "" : parameters);
    }

    PostgresUrl withDatabase(String name) {
        return new PostgresUrl(address, name, parameters);
    }

    String jdbcUrl() {
        return address + database + parameters;
    }
}
