package dev.outbox.internal.delivery;

/** A point in time at which something is to be done, or none. Times are compared by their difference, since nanosecond clocks wrap around. */
final class Alarm {
    private boolean set;
    private long atNanos;

    void setAt(long nanos) {
        set = true;
        atNanos = nanos;
    }

    void setNoLaterThan(long nanos) {
        if (!set || nanos - atNanos < 0) {
            setAt(nanos);
        }
    }

    void clear() {
        set = false;
    }

    boolean isSet() {
        return set;
    }

    boolean isDue(long nowNanos) {
        return set && atNanos - nowNanos <= 0;
    }

    /** Nanoseconds left, at least 0; {@link Long#MAX_VALUE} if there is nothing to wait for. */
    long remainingNanos(long nowNanos) {
        return set ? Math.max(0, atNanos - nowNanos) : Long.MAX_VALUE;
    }
}
