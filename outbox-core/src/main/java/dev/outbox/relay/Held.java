package dev.outbox.relay;

import dev.outbox.spi.RowRef;
import dev.outbox.spi.StoredMessage;
import org.jspecify.annotations.Nullable;

/** A row in the relay's memory, from the read that brought it until it is known to be gone from where it stood. */
final class Held {
    /** Where it is on its way. */
    enum State {
        /** Waits in its key's queue. */
        QUEUED,
        /** Handed to a transport; no outcome yet. */
        IN_FLIGHT,
        /** Its outcome is known; the database is not told yet. */
        SETTLING,
        /** The database knows; or it is of no concern any more. */
        GONE
    }

    final StoredMessage stored;
    final KeyQueue queue;
    /** The epoch of its slot when it was read: at another epoch it is of no concern any more (R10). */
    final long epoch;
    /** Whether it stands in {@code outbox_parked}. */
    final boolean parked;

    State state = State.QUEUED;
    int attempts;
    long lastDelayNanos;
    /** How long before it was read its first failure was charged. */
    long failingForNanos;
    /** When it was read, or when it was sent last. */
    long sinceNanos;
    /** How closely it is suspected to have ended a process; see {@link Suspects}. */
    Suspicion suspicion = Suspicion.NONE;
    /** The lane's count of confirmations when it last came back as unknown, or -1. */
    long unknownAtConfirmation = -1;
    /** Whether it was sent with nothing else of its lane in flight. */
    boolean alone;
    /** How many of its key were sent with it as one, itself included. */
    int run = 1;
    /** How many of its lane were in flight when it was sent, itself included. */
    int among;
    /** The slot was lost while it was in flight: only its confirmation counts. */
    boolean orphan;

    long token;

    @Nullable
    String lastError;

    Held(StoredMessage stored, KeyQueue queue, long epoch, boolean parked) {
        this.stored = stored;
        this.queue = queue;
        this.epoch = epoch;
        this.parked = parked;
    }

    RowRef row() {
        return stored.row();
    }

    int slot() {
        return stored.row().slot();
    }

    long position() {
        return stored.row().position();
    }

    int bytes() {
        return stored.message().payload().size();
    }

    Lane lane() {
        return queue.lane;
    }

    /** Whether it was sent as one with others of its key. */
    boolean wasInRun() {
        return run > 1;
    }

    boolean isUnknown() {
        return unknownAtConfirmation >= 0;
    }
}
