package dev.outbox.examples.orderpipeline;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;

/**
 * Where the shop's database is.
 *
 * @param jdbcUrl of H2 or PostgreSQL
 * @param user who works there
 * @param password theirs
 */
public record DatabaseAddress(String jdbcUrl, String user, String password) {
    private static final int CONNECTIONS = 16;
    private static final String H2 = "jdbc:h2:";
    private static final String POSTGRESQL = "jdbc:postgresql:";

    /** @throws IllegalArgumentException if it is of another kind */
    public DatabaseAddress {
        if (!jdbcUrl.startsWith(H2) && !jdbcUrl.startsWith(POSTGRESQL)) {
            throw new IllegalArgumentException("--jdbc-url must begin with " + POSTGRESQL + " or " + H2);
        }
    }

    /**
     * A file of H2 in {@code directory}. Without {@code WRITE_DELAY=0} it would forget, when the process is killed, commits of the last half second, which
     * the gateway has not forgotten.
     */
    public static DatabaseAddress file(Path directory) {
        return new DatabaseAddress(
                H2 + "file:" + directory.toAbsolutePath().resolve("shop")
                        + ";WRITE_DELAY=0;PAGE_SIZE=4096;TRACE_LEVEL_FILE=0;DB_CLOSE_ON_EXIT=FALSE",
                "sa",
                "");
    }

    /**
     * How many connections may work at a time. In H2 only one: it writes its tables one after another while other transactions go on, so a process that is
     * killed at the wrong moment can leave a transaction of which one table knows and another does not. One transaction at a time has no such moment.
     */
    int connections() {
        return jdbcUrl.startsWith(H2) ? 1 : CONNECTIONS;
    }

    /** Whether several processes can work there at a time. */
    boolean isServer() {
        return jdbcUrl.startsWith(POSTGRESQL);
    }

    /** At most so many connections, on which unqualified names are looked for in these schemas, in their order. */
    HikariDataSource pool(int connections, String... schemas) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("shop");
        config.setJdbcUrl(jdbcUrl);
        config.setUsername(user);
        config.setPassword(password);
        config.setMaximumPoolSize(connections);
        config.setMinimumIdle(1);
        config.setConnectionInitSql((isServer() ? "SET search_path TO " : "SET SCHEMA ") + String.join(", ", schemas));
        return new HikariDataSource(config);
    }

    /** Without the password, and without what a URL may hold beyond the place. */
    @Override
    public String toString() {
        int end = jdbcUrl.length();
        for (char c : new char[] {';', '?'}) {
            int at = jdbcUrl.indexOf(c);
            end = at >= 0 ? Math.min(end, at) : end;
        }
        return jdbcUrl.substring(0, end);
    }
}
