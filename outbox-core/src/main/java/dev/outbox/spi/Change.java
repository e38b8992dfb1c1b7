package dev.outbox.spi;

import java.time.Duration;

/**
 * A fenced change of one row; see {@link OutboxStore#settle}. Error texts have been made harmless by {@link FailureText}.
 */
public sealed interface Change {
    /** The row. */
    RowRef row();

    /**
     * From {@code outbox_message} to {@code outbox_parked}.
     *
     * @param row the row
     * @param reason why; {@link ParkReason#BEHIND} makes it due only when it has become the first of its key
     * @param attempts failed attempts charged so far
     * @param delay due after this time from now, by the database's clock; unused for BEHIND and for SCHEDULED, which is due at its notBefore
     * @param error the last error, empty when there was none
     */
    record Park(RowRef row, ParkReason reason, int attempts, Duration delay, String error) implements Change {}

    /**
     * Stays in {@code outbox_parked}, to be due again.
     *
     * @param row the row
     * @param reason why it waits from now on
     * @param attempts failed attempts charged so far
     * @param delay due after this time from now, by the database's clock
     * @param error the last error; empty keeps the one that is stored
     */
    record Reschedule(RowRef row, ParkReason reason, int attempts, Duration delay, String error) implements Change {}

    /**
     * From wherever it stands to {@code outbox_dead_letter}.
     *
     * @param row the row
     * @param reason why
     * @param attempts failed attempts charged to it
     * @param error the last error
     */
    record Bury(RowRef row, DeadReason reason, int attempts, String error) implements Change {}

    /**
     * A scheduled row that is due: from {@code outbox_parked} to the end of {@code outbox_message}, at a new position, no longer scheduled.
     *
     * @param row the row
     */
    record Enqueue(RowRef row) implements Change {}
}
