package dev.outbox.faults.crash;

import dev.outbox.Message;

/** What becomes of a message; each has keys of its own. */
enum Kind {
    /** It is to arrive a little later. */
    SCHEDULED,
    /** It goes through. */
    GOOD,
    /** Its first sending fails. */
    UNSENT,
    /** The destination refuses it until it is mended and redriven. */
    REFUSED,
    /** Its first handling fails. */
    UNHANDLED,
    /** Its handler gives it up until it is mended and redriven. */
    GIVEN_UP,
    /** It fails a few times, so that it is parked and tried again from there. */
    STUBBORN;

    static Kind of(Message message) {
        return valueOf(message.type());
    }

    /** A redrive and a schedule take a message out of its key's order. */
    boolean isOrdered() {
        return this != REFUSED && this != GIVEN_UP && this != SCHEDULED;
    }

    boolean isMendable() {
        return this == REFUSED || this == GIVEN_UP;
    }
}
