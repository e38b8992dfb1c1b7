package dev.outbox.relay;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * When to read next: at once after a hint, soon while messages keep coming, ever more rarely while none come, and never more than half of the time as long
 * as a read takes less than the longest pause.
 */
final class Polling {
    private static final long HINT_NANOS = Duration.ofMillis(100).toNanos();
    private static final long FIRST_NANOS = Duration.ofMillis(1).toNanos();
    private static final double GROWTH = 1.5;
    private static final double JITTER = 0.2;

    private final long minNanos;
    private final long maxNanos;
    private final RandomGenerator random;
    private long intervalNanos;
    private long nextNanos;
    private long hintedUntilNanos;
    private long restUntilNanos;
    private boolean resting;
    private boolean started;
    private boolean hinted;
    /** Whether a hint came while a read was under way, which may have begun too early to see what was hinted at. */
    private boolean hintedMeanwhile;

    Polling(Duration min, Duration max, RandomGenerator random) {
        this.minNanos = min.toNanos();
        this.maxNanos = max.toNanos();
        this.random = random;
    }

    /** Something was published in this process, or is about to be committed. */
    void hint(long now) {
        intervalNanos = FIRST_NANOS;
        hinted = true;
        hintedMeanwhile = true;
        hintedUntilNanos = now + HINT_NANOS;
        nextNanos = now;
        started = true;
    }

    /** Reads at once. */
    void now(long now) {
        resting = false;
        nextNanos = now;
        started = true;
    }

    boolean isDue(long now) {
        return nanosUntilDue(now) == 0;
    }

    long nanosUntilDue(long now) {
        long next = started ? nextNanos - now : 0;
        return Math.max(0, resting ? Math.max(next, restUntilNanos - now) : next);
    }

    /** Until {@code nanos} from now on nothing is read, whatever hints say. */
    void rest(long nanos, long now) {
        resting = nanos > 0;
        restUntilNanos = now + nanos;
    }

    /** A read begins. */
    void begins() {
        hintedMeanwhile = false;
    }

    /** A read that took {@code costNanos} brought {@code rows} rows, and perhaps left some. */
    void after(int rows, boolean more, long costNanos, long now) {
        started = true;
        boolean fresh = hinted && hintedUntilNanos - now > 0;
        if (more) {
            nextNanos = now;
            return;
        }
        if (hintedMeanwhile) {
            nextNanos = now + Math.min(FIRST_NANOS, costNanos);
            return;
        }
        long least = fresh ? FIRST_NANOS : minNanos;
        intervalNanos = rows > 0 ? least : Math.min(maxNanos, Math.max(least, (long) (intervalNanos * GROWTH)));
        double jittered = intervalNanos * (1 - JITTER * random.nextDouble());
        nextNanos = now + Math.max((long) jittered, rows > 0 ? 0 : Math.min(maxNanos, costNanos));
    }
}
