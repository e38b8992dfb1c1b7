package dev.outbox.examples.orderpipeline;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

/**
 * Where the shop's database is.
 *
 * @param jdbcUrl of one of the {@link DatabaseKind}s
 * @param user who works there
 * @param password theirs
 */
public record DatabaseAddress(String jdbcUrl, String user, String password) {
    /** @throws IllegalArgumentException if it is of another kind */
    public DatabaseAddress {
        DatabaseKind.of(jdbcUrl);
    }

    DatabaseKind kind() {
        return DatabaseKind.of(jdbcUrl);
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
        String use = kind().use(schemas);
        if (!use.isEmpty()) {
            config.setConnectionInitSql(use);
        }
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
