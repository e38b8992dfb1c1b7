package dev.outbox.jdbc;

import java.util.Optional;

/** Statements on {@code outbox_lease} and {@code outbox_instance}. */
interface LeaseSql {
    /**
     * A heartbeat that only renews, as one statement: an idle relay sends little else. (slots, epochs, owner, microseconds from now, owner, microseconds from now, owner,
     * owner, owner, owner) leads to rows of slot, owner, epoch, whether expired, and, in rows without a slot, name, whether alive, marker. Empty where the database cannot
     * do it at once.
     */
    Optional<String> renew();

    /** For each (slot): locks its row, waiting for others; slot, owner, epoch, whether expired. Locks in the order of the slots. */
    String lock();

    /** Like {@link #lock}, but passes over rows that another transaction has locked. */
    String lockFree();

    /** For each (owner, epoch, microseconds from now, slot). */
    String hold();

    /** For each (slot). */
    String release();

    /** The slots of (owner). */
    String slotsOf();

    /** (name, microseconds from now): inserts the instance or prolongs its time. */
    String announce();

    /** Deletes instances that expired a day ago and own no slot. */
    String forgetLongExpired();

    /** Deletes (name). */
    String forget();

    /** (marker, name). */
    String mark();

    /** slot, owner, epoch, whether expired; in the order of the slots. */
    String readLeases();

    /** name, whether alive, marker. */
    String readInstances();
}
