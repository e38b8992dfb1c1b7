package dev.outbox.jdbc;

/** Statements on {@code inbox_message}. */
interface InboxSql {
    /** (consumer, message id, state): inserts the row; changes nothing, or fails as a duplicate, when it is there. */
    String insert();

    /** The state of (consumer, message id). */
    String state();

    /** (microseconds of age, limit): deletes rows that are older, oldest first. */
    String prune();
}
