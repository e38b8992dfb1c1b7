package dev.outbox.faults.pipeline;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.outbox.testservers.Database;
import dev.outbox.testservers.FaultyProxy;
import java.net.URI;

/** Where a database is, to be told to another process. */
record Place(String jdbcUrl, String user, String password) {
    private static final int CONNECTIONS = 16;
    private static final String SEPARATOR = "\n";

    static Place of(Database database) {
        return new Place(database.jdbcUrl(), database.user(), database.password());
    }

    static Place parse(String text) {
        String[] parts = text.split(SEPARATOR, -1);
        return new Place(parts[0], parts[1], parts[2]);
    }

    String text() {
        return String.join(SEPARATOR, jdbcUrl, user, password);
    }

    /** The same database, through a proxy, by clients that wait for an answer for a bounded time. */
    Place through(FaultyProxy proxy) {
        String over = jdbcUrl.replaceFirst("//[^/]+/", "//" + proxy.host() + ":" + proxy.port() + "/");
        return new Place(over + (over.contains("?") ? "&" : "?") + kind().timeouts(), user, password);
    }

    /** A proxy that leads there. */
    FaultyProxy proxy() {
        URI address = URI.create(jdbcUrl.substring("jdbc:".length()));
        return FaultyProxy.to(address.getHost(), address.getPort());
    }

    DatabaseKind kind() {
        return jdbcUrl.startsWith("jdbc:mariadb:") ? DatabaseKind.MARIADB : DatabaseKind.POSTGRESQL;
    }

    /** Connections to it, opened when they are needed: the database may be down. */
    HikariDataSource pool(String name) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(jdbcUrl);
        config.setUsername(user);
        config.setPassword(password);
        config.setMaximumPoolSize(CONNECTIONS);
        config.setMinimumIdle(0);
        config.setConnectionTimeout(2_000);
        config.setInitializationFailTimeout(-1);
        config.addDataSourceProperty("ApplicationName", name);
        return new HikariDataSource(config);
    }
}
