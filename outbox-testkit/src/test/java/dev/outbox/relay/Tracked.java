package dev.outbox.relay;

import dev.outbox.Message;

/** Everything that is known about one message of a run. Times called sequence are places in the one order of all events. */
final class Tracked {
    static final long NEVER = Long.MAX_VALUE;

    /** What the destination makes of it. */
    enum Nature {
        HARMLESS,
        REJECTED,
        FAILING,
        CRASHING
    }

    final Message message;
    final Nature nature;
    /** How many sendings fail, or end the process. */
    final int troubles;

    long insertedSequence;
    long committedSequence = NEVER;
    boolean rolledBack;
    /** Whether it has no schedule, or the time has come. */
    boolean isDue = true;

    boolean readEarly;
    /** Since when those that are inserted have to wait for it: its commit, or when it was put to the end of the outbox again. */
    long enteredVisibleSequence = NEVER;

    long firstArrivalSequence = NEVER;
    int arrivals;
    boolean arrivedAndGone;

    long diedSequence = NEVER;
    boolean dead;
    int deaths;
    int redrives;

    /** Of the present life, which a redrive ends. */
    int sendings;

    int failures;
    int unknowns;
    int rejections;
    int crashes;
    int charged;
    int troublesMade;

    /** For how long it could have been sent, undisturbed, and was not. */
    long waitingNanos;

    int sendingsSeen;

    Tracked(Message message, Nature nature, int troubles) {
        this.message = message;
        this.nature = nature;
        this.troubles = troubles;
    }

    /** Whether the next sending meets trouble of this kind. */
    boolean isTrouble(Nature kind) {
        return nature == kind && troublesMade < troubles;
    }

    boolean isCommitted() {
        return committedSequence != NEVER;
    }

    /** When later messages of its key may go at the earliest. */
    long orderSequence() {
        return Math.min(firstArrivalSequence, diedSequence);
    }

    void beginLife() {
        sendings = 0;
        failures = 0;
        unknowns = 0;
        rejections = 0;
        crashes = 0;
        charged = 0;
    }

    @Override
    public String toString() {
        return message.id() + " (" + message.destination() + "/" + message.key().orElse("-") + ", " + nature + ")";
    }
}
