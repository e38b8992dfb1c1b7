package dev.outbox.spi;

import java.util.List;
import java.util.Set;

/**
 * The relay's view of the outbox tables in one database.
 *
 * <p>All methods block and may be called by two threads at a time. Each is one transaction, or less, at READ COMMITTED on a connection of its own, which
 * is given back before the method returns. A {@link StoreException} says that the effect is unknown: every method may be called again with the same
 * arguments, and MUST then lead to the same end.
 */
public interface OutboxStore {
    /**
     * Renews, acquires and releases leases, makes the instance known, and returns the tables afterwards. A slot of {@code renew} is renewed only if owner
     * and epoch match (also if its time had run out and nobody took it), a slot of {@code acquire} is acquired only if it has no owner, has expired, or
     * is owned by the instance itself; the epoch is then raised by one. With nothing to renew, acquire or release it only makes the instance known.
     * Instances long expired that own no slot may be forgotten.
     */
    LeaseTable heartbeat(Heartbeat heartbeat);

    /**
     * Ends an instance in good order: releases the slots that it still owns and forgets it with its marker.
     */
    void leave(String instance);

    /**
     * Notes what the instance is about to have in flight, durably, in place of what it noted before; null takes it back. What is noted is opaque to the
     * store and at most 4,000 characters of ASCII. Also works on an instance that is not alive; does nothing if it is unknown.
     */
    void mark(String instance, @org.jspecify.annotations.Nullable String marker);

    /**
     * Reads rows of {@code outbox_message}, exactly, as if from one snapshot, which also covers {@code outbox_parked}: a row MUST NOT come, unless blocked, while an earlier one of its key that is
     * neither held nor gone does not. MUST NOT lock rows, and MUST see every row that was committed before it began (G3). For each reader, of the visible rows with {@code position > floor}, in the
     * order of their positions: those up to {@code cursor} without a limit, as far as memory allows, those above it until {@code limit} rows are chosen or about ten times as many were looked
     * at. What is left unread is left with all that follows it, and a read that leaves something brings something new if it is there.
     */
    Fetched fetch(Fetch fetch);

    /** Reads rows of {@code outbox_parked} that are due. A row that blocks its key is due only while it is the first of its key. */
    DueFetched fetchDue(DueFetch fetch);

    /**
     * Deletes confirmed messages wherever they stand, in {@code outbox_message} or {@code outbox_parked}; needs no lease, because a confirmed message is
     * done whoever says so. Where a blocking row leaves {@code outbox_parked}, the next of its key, if it has no due time of its own yet, becomes due at once, in the
     * same transaction. A
     * dead letter found confirmed stays. Rows that are gone already are passed over.
     */
    void complete(List<RowRef> confirmed);

    /**
     * Makes fenced changes in one transaction. MUST first lock the lease rows of all slots of the settlement, in the order of the slots, such that no
     * other instance can acquire them before the transaction ends; changes of slots that the instance does not own at the given epoch are left out.
     * Moves take rows by slot, position and id, insert exactly what they took, and pass over rows that are no longer where they should be.
     * Where a blocking row leaves {@code outbox_parked}, the next of its key, if it has no due time of its own yet, becomes due at once. A row parked BEHIND that finds no earlier row of
     * its key in {@code outbox_parked} is due at once. A BEHIND row whose message is scheduled keeps its place behind.
     *
     * @return the slots that were lost
     */
    Set<Integer> settle(Settlement settlement);

    /**
     * Insurance: makes due the first row of every key of these slots that waits with nobody in front of it.
     *
     * @return how many were made due
     */
    int releaseStranded(Set<Integer> slots);

    /** Counts, each up to {@code bound}; costs at most about that many rows. */
    Depth depth(long bound);

    /** Counts the pending messages alone, up to {@code bound}. */
    default long pending(long bound) {
        return depth(bound).pending();
    }

    /** The dead letters of the relay and of consumers that share these tables. */
    DeadLetters deadLetters();

    /**
     * Calls {@code hint} after messages were published through this store object, or its owner said that they were committed. Called on the publishing
     * thread, so it must return at once. The hint may come before the commit.
     *
     * @return takes the registration back
     */
    Registration onPublish(Runnable hint);

    /** What can be taken back. */
    @FunctionalInterface
    interface Registration extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Settings of the database that forget acknowledged commits, one sentence each with what to do; empty when it is durable as far as can be told.
     */
    default List<String> durabilityWarnings() {
        return List.of();
    }

    /** How the tables differ from those that the store works with, one sentence each; empty when they are as they should be as far as can be told. */
    default List<String> schemaDifferences() {
        return List.of();
    }
}
