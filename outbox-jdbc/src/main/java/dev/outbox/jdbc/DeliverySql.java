package dev.outbox.jdbc;

import java.util.List;

/**
 * Statements on {@code inbox_parked}. "(delivery)" stands for: consumer, message id, destination, key, type, content type, headers, correlation id, causation
 * id, not before, payload, created at.
 */
interface DeliverySql {
    /** For each (consumer, destination, key): these, if a row of them is there. */
    String blocked();

    /** For each (delivery, attempts, microseconds of delay, error): inserts it, unless a row of the consumer and id is there. */
    String park();

    /** Statements to run one after another. For each (delivery): inserts it in this order, unless a row of the consumer and id is there; due now if it is the first of its key, else behind. */
    List<String> parkBehind();

    /** For each (consumer, destination, key): locks the last row, so that it cannot leave before what is put behind it has been committed. */
    String lockLast();

    /**
     * For each (consumer), with a shared (limit): locks rows that are due, not claimed, and the first of their key, longest due first, passing over those that
     * others have locked: number, microseconds of the time they are due, whether suspect.
     */
    String claimable();

    /** For each (instance, microseconds of the claim, number): claims it; a claim that had run out counts as a lapse, from the second on as an attempt. */
    String claim();

    /** For each (number): number, consumer, attempts, whether suspect, microseconds since it was parked, microseconds of the last delay; then the message. */
    String read();

    /** For each (microseconds of the claim, number, instance). */
    String renew();

    /** Ends the claims of (instance) now. */
    String forget();

    /** For each (number, instance). */
    String unclaim();

    /** Locks (number): consumer, message id, claimed by. */
    String lock();

    /** Makes the next of the key of (number) due, if it waits behind. */
    String promoteNext();

    /** Deletes (number). */
    String delete();

    /** (attempts, microseconds of delay, error, number, instance). */
    String reschedule();

    /** (reason, attempts, error, number): copies it to {@code outbox_dead_letter}. */
    String copyToDead();

    /** For each (delivery, reason, attempts, error): inserts into {@code outbox_dead_letter}. */
    String insertDead();

    /** For each (consumer): microseconds until the next unclaimed row is due that is the first of its key, or null. */
    String nextDue();

    /** (consumer, bound): how many of the first rows there are, and how many different keys they have. */
    default String backlog() {
        return """
            SELECT COALESCE(SUM(g.same), 0), COUNT(g.message_key)
            FROM (
                SELECT c.destination, c.message_key, COUNT(*) AS same
                FROM (SELECT destination, message_key FROM ${prefix}inbox_parked WHERE consumer = ? LIMIT ?) AS c
                GROUP BY c.destination, c.message_key) AS g
            """;
    }
}
