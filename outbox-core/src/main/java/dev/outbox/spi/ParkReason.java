package dev.outbox.spi;

/** Why a message stands in {@code outbox_parked}. */
public enum ParkReason {
    /** An attempt failed; it waits for the next. Blocks its key. */
    RETRY,
    /** The process ended while this message was alone in flight; it waits for the next attempt, alone. Blocks its key. */
    SUSPECT,
    /** It waits behind an earlier message of its key. Blocks its key. */
    BEHIND,
    /** It is to be delivered later. Does not block its key. */
    SCHEDULED;

    /** Whether later messages of the key have to wait for it. */
    public boolean blocks() {
        return this != SCHEDULED;
    }
}
