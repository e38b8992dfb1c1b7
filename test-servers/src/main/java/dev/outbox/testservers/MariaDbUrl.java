package dev.outbox.testservers;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A JDBC URL of MariaDB in its parts.
 *
 * @param address all before the database's name, as {@code jdbc:mariadb://localhost:3306/}
 * @param database the database's name, may be empty
 * @param parameters what follows, empty or beginning with {@code ?}
 */
record MariaDbUrl(String address, String database, String parameters) {
    private static final Pattern URL = Pattern.compile("(jdbc:mariadb://[^/?]+/)([^/?]*)(\\?.*)?");

    static MariaDbUrl of(String host, int port) {
        return new MariaDbUrl("jdbc:mariadb://" + host + ":" + port + "/", "", "");
    }

    /** Parses {@code jdbc:mariadb://host[:port]/[database][?parameters]}; the message leaves out the parameters. */
    static MariaDbUrl parse(String url) {
        Matcher matcher = URL.matcher(url);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "Expected jdbc:mariadb://host:port/database but was " + url.replaceFirst("\\?.*", "?..."));
        }
        String parameters = matcher.group(3);
        return new MariaDbUrl(matcher.group(1), matcher.group(2), parameters == null ? "" : parameters);
    }

    MariaDbUrl withDatabase(String name) {
        return new MariaDbUrl(address, name, parameters);
    }

    String jdbcUrl() {
        return address + database + parameters;
    }
}
