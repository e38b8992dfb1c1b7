package dev.outbox.testservers;

import javax.sql.DataSource;

/**
 * A database of one test, empty at first. Closing it ends its connections and drops it.
 *
 * <p>Thread-safe.
 */
public final class Database implements AutoCloseable {
    private final String jdbcUrl;
    private final Credentials credentials;
    private final DataSource dataSource;
    private final Runnable drop;

    Database(String jdbcUrl, Credentials credentials, DataSource dataSource, Runnable drop) {
        this.jdbcUrl = jdbcUrl;
        this.credentials = credentials;
        this.dataSource = dataSource;
        this.drop = drop;
    }

    /** The URL for JDBC; user and password are not in it. */
    public String jdbcUrl() {
        return jdbcUrl;
    }

    /** The user who may do everything. */
    public String user() {
        return credentials.user();
    }

    /** The password of that user. */
    public String password() {
        return credentials.password();
    }

    /** Opens a new physical connection for each call; there is no pool and no timeout. */
    public DataSource dataSource() {
        return dataSource;
    }

    /**
     * Ends the connections and the prepared transactions of the database and drops it. Further calls have no effect, and
     * neither has one after the server was killed or closed.
     */
    @Override
    public void close() {
        drop.run();
    }
}
