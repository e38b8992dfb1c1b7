package dev.outbox.relay;

/** How closely a message is suspected to have ended a process; see {@link Suspects}. */
enum Suspicion {
    /** Not at all. */
    NONE,
    /** Many were in flight when the process ended: taken in small groups. */
    ONE_OF_MANY,
    /** It was in a small group: taken alone. */
    ONE_OF_FEW
}
