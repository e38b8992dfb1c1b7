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

    /**
     * The same as two statements, where the database cannot change rows and return others at once. For each (slot, epoch, owner, microseconds from now): prolongs what the
     * owner holds at that epoch, and the owner's instance; nothing if the instance is not there. Then comes {@link #readAll}.
     */
    default Optional<String> prolong() {
        return Optional.empty();
    }

    /** What {@link #prolong} left: rows like those of {@link #renew}. Empty where that is. */
    default Optional<String> readAll() {
        return Optional.empty();
    }

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
