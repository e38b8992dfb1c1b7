package dev.outbox.internal.delivery;

/** Where an engine's fresh deliveries come from, and what becomes of those that were not handled. Belongs to the engine's thread. */
interface Intake {
    /** Does what is due. */
    void step();

    /** After everything else in a step. */
    default void endOfStep() {}

    /** Gives up what has not been started. */
    void stop();

    /** The end: nobody is to be kept waiting. */
    void abandon();

    /** How many deliveries have not come to their end. */
    int underWay();

    long idleNanos(long nowNanos);
}
