package dev.outbox.jdbc;

import java.util.List;

/** Statements on {@code outbox_parked}. A row is named by (slot, position, id), in this order, unless it says otherwise. */
interface ParkedSql {
    /**
     * Statements to run one after another. For each (slot, position, id, reason, attempts, microseconds of delay, error): moves it here from {@code outbox_message}. BEHIND waits without a time if
     * an earlier row of its key is here, else it is due now.
     */
    List<String> park();

    /** For each (reason, attempts, microseconds of delay, error, slot, position, id). */
    String reschedule();

    /** For each row: makes the next blocking row of its key due now. */
    String promoteNext();

    /** For each row: deletes it. */
    String delete();

    /** Statements to run one after another. For each row: moves it to the end of {@code outbox_message}, no longer scheduled. */
    List<String> enqueue();

    /** For each (slot): makes the first row of every key due that waits without a time. */
    String releaseStranded();

    /**
     * For each (slot), with shared (positions to leave out, limit): the rows that are due, without the payload; if they block, the first of their keys.
     * slot, position, id, microseconds of the time they are due, bytes of the payload, destination, and the key if they block it.
     */
    String dueHeads();

    /**
     * For each (slot, destination, key, position), with a shared (limit): the blocking rows of the key above the position, without the payload. slot,
     * position, id, bytes of the payload, destination, key; a key's in the order of the positions.
     */
    String followers();

    /**
     * For each row: slot, position, reason, attempts, microseconds since its first failure, microseconds of its last delay; then the message.
     */
    String read();

    /** For each (slot): microseconds until the next row is due that is not due now and, if it blocks, is the first of its key; or null. */
    String nextDue();

    /** (bound): rows of outbox_message, counted up to the bound. */
    String pending();

    /** (bound, bound, bound): rows of outbox_message, outbox_parked, outbox_dead_letter; microseconds of age of the oldest in outbox_message or null. */
    String depth();
}
