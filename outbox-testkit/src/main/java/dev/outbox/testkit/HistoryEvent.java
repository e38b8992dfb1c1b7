package dev.outbox.testkit;

import org.jspecify.annotations.Nullable;

/**
 * One line of a {@link History}.
 *
 * @param index its place in the order in which events were recorded
 * @param nanos when, by the history's clock
 * @param kind what happened
 * @param id the message's id; of a transaction's end, the transaction's name; empty if it is about neither
 * @param detail the transaction, or the reason of a dead letter
 * @param attempts attempts charged
 * @param print what was published or has arrived
 */
record HistoryEvent(
        int index,
        long nanos,
        Kind kind,
        String id,
        String detail,
        int attempts,
        @Nullable Fingerprint print) {
    enum Kind {
        INSERTED,
        INSERTED_SCHEDULED,
        COMMITTED,
        ROLLED_BACK,
        COMMIT_UNKNOWN,
        FETCHED,
        ARRIVED,
        CONFIRMED,
        FAILED,
        UNAVAILABLE,
        UNKNOWN,
        CHARGED,
        CRASHED,
        PARKED,
        ENQUEUED,
        DEAD,
        REDRIVEN,
        DISCARDED,
        DISTURBED,
        CALM,
        LEFT_PENDING,
        LEFT_DEAD,
        ENDED
    }

    @Override
    public String toString() {
        return "#" + index + " " + nanos + " ns " + kind + (id.isEmpty() ? "" : " " + id)
                + (detail.isEmpty() ? "" : " (" + detail + ")");
    }
}
