package dev.outbox.jdbc;

import java.sql.Connection;

/**
 * What is done in one transaction; see {@link JdbcOutbox#transaction}.
 *
 * @param <T> what it returns
 * @param <E> what it may throw
 */
@FunctionalInterface
public interface TransactionalWork<T, E extends Exception> {
    /**
     * Does the work. Returning commits, throwing rolls back.
     *
     * @param tx a connection with auto-commit off; the work must not commit it, roll it back as a whole or close it
     */
    T run(Connection tx) throws E;
}
