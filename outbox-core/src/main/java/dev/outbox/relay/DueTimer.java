package dev.outbox.relay;

/** When parked messages have to be looked at next. */
final class DueTimer {
    private long atNanos;
    private boolean set = true;

    /** Looks again after {@code delayNanos} at the latest. */
    void wakeIn(long delayNanos, long now) {
        long at = delayNanos > Long.MAX_VALUE / 4 ? now + Long.MAX_VALUE / 4 : now + Math.max(0, delayNanos);
        if (!set || at - atNanos < 0) {
            atNanos = at;
            set = true;
        }
    }

    boolean isDue(long now) {
        return set && now - atNanos >= 0;
    }

    /** It is looked at now. */
    void clear() {
        set = false;
    }

    long nanosUntilDue(long now) {
        return set ? Math.max(0, atNanos - now) : Long.MAX_VALUE;
    }
}
