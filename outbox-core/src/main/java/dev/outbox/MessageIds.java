package dev.outbox;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes message ids: UUID version 7 (RFC 9562, section 5.7), whose first 48 bits are the Unix time in milliseconds and whose next twelve bits (rand_a) are
 * a fraction of the millisecond that also keeps the ids of one process ascending (section 6.2, method 3). The other 62 bits are random. Thread-safe.
 */
final class MessageIds {
    private static final SecureRandom SEEDS = new SecureRandom();
    private static final ThreadLocal<java.util.SplittableRandom> RANDOM =
            ThreadLocal.withInitial(() -> new java.util.SplittableRandom(SEEDS.nextLong()));
    private static final InstantSource CLOCK = InstantSource.system();
    private static final int FRACTION_BITS = 12;

    /** The last time stamp given out: milliseconds and fraction in one number. */
    private static final AtomicLong LAST = new AtomicLong();

    private MessageIds() {}

    static String next() {
        long now = CLOCK.millis() << FRACTION_BITS;
        long stamp = LAST.updateAndGet(last -> Math.max(last + 1, now));
        long high = (stamp >>> FRACTION_BITS << 16) | 0x7000 | (stamp & 0xFFF);
        long low = (RANDOM.get().nextLong() >>> 2) | 0x8000_0000_0000_0000L;
        return new UUID(high, low).toString();
    }
}
