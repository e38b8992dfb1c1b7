package dev.outbox.internal.delivery;

/** A mistake that is planted into a simulation, and the guarantee that it breaks. */
enum ConsumerBug {
    NONE("-"),
    ACKNOWLEDGED_BEFORE_THE_DEAD_LETTER_IS_STORED("G2"),
    COMMITTED_PAST_UNFINISHED_OFFSETS("G2"),
    TWO_MESSAGES_OF_A_KEY_AT_ONCE("G7"),
    PARKED_KEYS_ARE_NOT_BLOCKED("G7"),
    INBOX_ROW_IN_ANOTHER_TRANSACTION("G6"),
    CHECKED_THEN_INSERTED("G6"),
    RETENTION_SHORTER_THAN_REDELIVERY("G6"),
    REDRIVE_IS_DEDUPLICATED_AWAY("G9"),
    ATTEMPTS_ARE_FORGOTTEN("G8"),
    CRASHES_ARE_CHARGED_TO_ALL("G8"),
    BATCH_IS_ACKNOWLEDGED_THOUGH_ONE_FAILED("G2"),
    DUPLICATES_WITHIN_A_BATCH_ARE_HANDLED("G6");

    final String breaks;

    ConsumerBug(String breaks) {
        this.breaks = breaks;
    }
}
