package dev.outbox.spi;

import java.util.List;

/**
 * What a {@link DueFetch} saw.
 *
 * @param due the due rows, longest due first
 * @param nextDueNanos nanoseconds until the next row is due that was not returned, by the database's clock; 0 when some are due now, {@link
 *     Long#MAX_VALUE} when there is none
 */
public record DueFetched(List<Due> due, long nextDueNanos) {
    /** Copies the list. */
    public DueFetched {
        due = List.copyOf(due);
    }

    /**
     * A due row, and what waits behind it.
     *
     * @param head the due row; if it blocks, the first of its key
     * @param followers the next blocking rows of its key, in the order of their positions
     */
    public record Due(Parked head, List<Parked> followers) {
        /** Copies the list. */
        public Due {
            followers = List.copyOf(followers);
        }
    }

    /**
     * A row of {@code outbox_parked}.
     *
     * @param stored the message, at the position that it had in {@code outbox_message}
     * @param reason why it is there
     * @param attempts failed attempts that were charged to it
     * @param parkedNanosAgo how long ago its first failure was charged, by the database's clock; 0 when there was none
     * @param lastDelayNanos the delay that was chosen last, for backoff that depends on it
     */
    public record Parked(
            StoredMessage stored, ParkReason reason, int attempts, long parkedNanosAgo, long lastDelayNanos) {}
}
