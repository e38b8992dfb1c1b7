package dev.outbox.relay;

import dev.outbox.retry.Backoff;
import dev.outbox.retry.RetryPolicy;
import java.time.Duration;
import java.util.Objects;

/**
 * The numbers that a relay works by. Immutable; every method returns a copy with one of them changed, and {@link Relay.Builder#options} checks how they go
 * together.
 *
 * @param lease how long a slot is held without a sign of life: the time after which others take over from a relay that died; 500 ms to 10 min, 10 s
 *     unless set
 * @param fetchSize the most messages to read at a time; 1 to 100,000, 2,500 unless set
 * @param maxHeld the most messages in memory, exceeded by at most one for each slot and destination, and by what becomes visible late; at least {@code fetchSize}, 10,000 unless set
 * @param maxHeldBytes the most bytes of payload in memory, exceeded by at most one message for each slot and destination, and by what becomes visible late; 32 MiB unless set
 * @param maxInFlight the most unconfirmed messages of one destination; 4,000 unless set
 * @param settleSize settle when so many messages are done; 2,500 unless set
 * @param settleDelay settle at the latest so long after a message is done; 0 to 1 s, 10 ms unless set
 * @param minPoll the pause between reads while messages keep coming, 5 ms unless set
 * @param maxPoll the longest pause between reads while none come, 5 s unless set; a publish in this process ends it at once
 * @param retry what becomes of a message whose attempt failed
 * @param pause how long an unavailable destination is left alone before it is probed with one message
 * @param sweep how often everything is read again from the start, as insurance; 1 min unless set
 */
public record RelayOptions(
        Duration lease,
        int fetchSize,
        int maxHeld,
        long maxHeldBytes,
        int maxInFlight,
        int settleSize,
        Duration settleDelay,
        Duration minPoll,
        Duration maxPoll,
        RetryPolicy retry,
        Backoff pause,
        Duration sweep) {
    private static final Duration LONGEST_LEASE = Duration.ofMinutes(10);
    private static final int MAX_FETCH_SIZE = 100_000;

    private static final RelayOptions DEFAULTS = new RelayOptions(
            Duration.ofSeconds(10),
            2_500,
            10_000,
            32L << 20,
            4_000,
            2_500,
            Duration.ofMillis(10),
            Duration.ofMillis(5),
            Duration.ofSeconds(5),
            RetryPolicy.exponential(Duration.ofSeconds(1))
                    .cap(Duration.ofMinutes(5))
                    .maxAttempts(10),
            Backoff.exponential(Duration.ofMillis(200)).cap(Duration.ofSeconds(15)),
            Duration.ofMinutes(1));

    /** @throws IllegalArgumentException if a number is out of its bounds, or two contradict each other */
    public RelayOptions {
        require(lease, "lease", Duration.ofMillis(500), LONGEST_LEASE);
        require(fetchSize, "fetchSize", 1, MAX_FETCH_SIZE);
        require(maxHeld, "maxHeld", 1, 10 * MAX_FETCH_SIZE);
        require(maxHeldBytes, "maxHeldBytes", 1, Long.MAX_VALUE);
        require(maxInFlight, "maxInFlight", 1, 10 * MAX_FETCH_SIZE);
        require(settleSize, "settleSize", 1, MAX_FETCH_SIZE);
        require(settleDelay, "settleDelay", Duration.ZERO, Duration.ofSeconds(1));
        require(minPoll, "minPoll", Duration.ofMillis(1), Duration.ofMinutes(1));
        require(maxPoll, "maxPoll", Duration.ofMillis(1), Duration.ofMinutes(1));
        require(sweep, "sweep", Duration.ofSeconds(1), Duration.ofDays(1));
        Objects.requireNonNull(retry, "retry");
        Objects.requireNonNull(pause, "pause");
        if (maxHeld < fetchSize) {
            throw new IllegalArgumentException("maxHeld " + maxHeld + " must be at least fetchSize " + fetchSize);
        }
        if (maxPoll.compareTo(minPoll) < 0) {
            throw new IllegalArgumentException("maxPoll " + maxPoll + " must be at least minPoll " + minPoll);
        }
    }

    /** The defaults named above. */
    public static RelayOptions defaults() {
        return DEFAULTS;
    }

    /** With another lease. */
    public RelayOptions lease(Duration lease) {
        return new RelayOptions(
                lease,
                fetchSize,
                maxHeld,
                maxHeldBytes,
                maxInFlight,
                settleSize,
                settleDelay,
                minPoll,
                maxPoll,
                retry,
                pause,
                sweep);
    }

    /** With other bounds of what is read at a time and held in memory. */
    public RelayOptions memory(int fetchSize, int maxHeld, long maxHeldBytes) {
        return new RelayOptions(
                lease,
                fetchSize,
                maxHeld,
                maxHeldBytes,
                maxInFlight,
                settleSize,
                settleDelay,
                minPoll,
                maxPoll,
                retry,
                pause,
                sweep);
    }

    /** With another bound of unconfirmed messages of one destination. */
    public RelayOptions maxInFlight(int maxInFlight) {
        return new RelayOptions(
                lease,
                fetchSize,
                maxHeld,
                maxHeldBytes,
                maxInFlight,
                settleSize,
                settleDelay,
                minPoll,
                maxPoll,
                retry,
                pause,
                sweep);
    }

    /** With another size and delay of settling. */
    public RelayOptions settle(int settleSize, Duration settleDelay) {
        return new RelayOptions(
                lease,
                fetchSize,
                maxHeld,
                maxHeldBytes,
                maxInFlight,
                settleSize,
                settleDelay,
                minPoll,
                maxPoll,
                retry,
                pause,
                sweep);
    }

    /** With other pauses between reads. */
    public RelayOptions poll(Duration minPoll, Duration maxPoll) {
        return new RelayOptions(
                lease,
                fetchSize,
                maxHeld,
                maxHeldBytes,
                maxInFlight,
                settleSize,
                settleDelay,
                minPoll,
                maxPoll,
                retry,
                pause,
                sweep);
    }

    /** With another retry policy. */
    public RelayOptions retry(RetryPolicy retry) {
        return new RelayOptions(
                lease,
                fetchSize,
                maxHeld,
                maxHeldBytes,
                maxInFlight,
                settleSize,
                settleDelay,
                minPoll,
                maxPoll,
                retry,
                pause,
                sweep);
    }

    /** With other pauses for unavailable destinations. */
    public RelayOptions pause(Backoff pause) {
        return new RelayOptions(
                lease,
                fetchSize,
                maxHeld,
                maxHeldBytes,
                maxInFlight,
                settleSize,
                settleDelay,
                minPoll,
                maxPoll,
                retry,
                pause,
                sweep);
    }

    /** With another time between full reads. */
    public RelayOptions sweep(Duration sweep) {
        return new RelayOptions(
                lease,
                fetchSize,
                maxHeld,
                maxHeldBytes,
                maxInFlight,
                settleSize,
                settleDelay,
                minPoll,
                maxPoll,
                retry,
                pause,
                sweep);
    }

    private static void require(Duration value, String name, Duration least, Duration most) {
        Objects.requireNonNull(value, name);
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(name + " " + value + " must be " + least + " to " + most);
        }
    }

    private static void require(long value, String name, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " " + value + " must be " + least + " to " + most);
        }
    }
}
