package dev.outbox.jdbc;

import java.util.Optional;

/** Statements on {@code inbox_message}. */
interface InboxSql {
    /** (consumer, message id, state): inserts the row; changes nothing, or fails as a duplicate, when it is there. */
    String insert();

    /**
     * (consumer, state, array of message ids): inserts the rows that are not there, in the order of the array, and returns their message ids; empty if the database has
     * no such statement, and they go one by one.
     */
    default Optional<String> insertAll() {
        return Optional.empty();
    }

    /** The state of (consumer, message id). */
    String state();

    /** (microseconds of age, limit): deletes rows that are older, oldest first. */
    String prune();
}
