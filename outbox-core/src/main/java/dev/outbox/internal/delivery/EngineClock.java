package dev.outbox.internal.delivery;

/** The time of the engine's present step. */
final class EngineClock {
    private long nanos;

    long nanos() {
        return nanos;
    }

    void set(long nowNanos) {
        nanos = nowNanos;
    }
}
