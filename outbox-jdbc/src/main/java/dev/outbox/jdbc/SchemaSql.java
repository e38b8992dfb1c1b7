package dev.outbox.jdbc;

/** Statements about the tables themselves. */
interface SchemaSql {
    /** The highest version that was applied; 0 for none. */
    String version();

    /** Keeps others from applying the script at the same time, until the transaction ends. */
    String lock();
}
