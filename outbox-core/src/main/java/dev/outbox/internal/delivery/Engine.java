package dev.outbox.internal.delivery;

/** What an {@link EngineLoop} steps. All methods but {@link #isFinished} belong to the thread of the loop. */
public interface Engine {
    /** Does what is to be done now, without blocking; returns how much that was, 0 if nothing. */
    int step(long nowNanos);

    /** How long until a step has something to do, if nothing comes in; {@link Long#MAX_VALUE} for ever. */
    long idleNanos(long nowNanos);

    /** Whether it has come to its end; then a step does nothing. */
    boolean isFinished();

    /** Ends at once. */
    void finish();
}
