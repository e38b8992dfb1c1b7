package dev.outbox.jdbc;

/** Statements about the tables themselves. */
interface SchemaSql {
    /** The highest version that was applied; 0 for none. */
    String version();

    /** Keeps others from applying a script at the same time, until the transaction ends. */
    String lock();

    /**
     * What is there, as {@link Catalogue.Part}s: kind, table, name, definition, none of them null. Names are in lower case, tables without schema and prefix; other tables may be among them.
     * The tables are those that a statement on {@code ${prefix}name} would find.
     */
    String catalogue();
}
