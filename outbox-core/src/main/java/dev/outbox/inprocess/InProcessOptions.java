package dev.outbox.inprocess;

import dev.outbox.internal.delivery.EngineOptions;
import java.time.Duration;
import java.util.Objects;

/**
 * The numbers that an {@link InProcessTransport} works by. Immutable; every method returns a copy with one of them changed.
 *
 * @param claim how long a parked delivery is held without a sign of life: the time after which others take over from a process that died. Also the longest
 *     time for which a delivery that may have ended a process keeps others from starting, twice: to wait for those under way, and to run alone. 1 s to
 *     1 h, 30 s unless set
 * @param takeOver how long a message waits for a busy subscriber before the store takes it over for that subscriber, so that the others need not wait;
 *     10 ms up to, and less than, {@code sendTimeout}; 30 s unless set
 * @param sendTimeout after this time a message whose handlers are still running counts as unknown to the relay, which sends it again; a handler that is
 *     still running is not started a second time by it. At most 1 h, 5 min unless set
 * @param maxPending the most messages in memory; what is sent beyond is refused as unavailable. 1 to 1,000,000, 20,000 unless set
 * @param minPoll the shortest pause between reads of parked deliveries of which none can be claimed; 1 ms to 1 min, 50 ms unless set
 * @param maxPoll the longest pause between reads, which bounds how late a redrive, or a delivery parked by another process, is seen; at least
 *     {@code minPoll}, at most 1 h, 2 s unless set
 * @param closeTimeout how long {@link InProcessTransport#close} waits for running handlers before it interrupts them; 0 to 1 h, 10 s unless set
 */
public record InProcessOptions(
        Duration claim,
        Duration takeOver,
        Duration sendTimeout,
        int maxPending,
        Duration minPoll,
        Duration maxPoll,
        Duration closeTimeout) {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final int MOST_PENDING = 1_000_000;
    private static final InProcessOptions DEFAULTS = new InProcessOptions(
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            Duration.ofMinutes(5),
            20_000,
            Duration.ofMillis(50),
            Duration.ofSeconds(2),
            Duration.ofSeconds(10));

    /** @throws IllegalArgumentException if a number is out of its bounds, or two contradict each other */
    public InProcessOptions {
        require(claim, "claim", Duration.ofSeconds(1), HOUR);
        require(takeOver, "takeOver", Duration.ofMillis(10), HOUR);
        require(sendTimeout, "sendTimeout", Duration.ofMillis(10), HOUR);
        require(minPoll, "minPoll", Duration.ofMillis(1), Duration.ofMinutes(1));
        require(maxPoll, "maxPoll", Duration.ofMillis(1), HOUR);
        require(closeTimeout, "closeTimeout", Duration.ZERO, HOUR);
        if (maxPending < 1 || maxPending > MOST_PENDING) {
            throw new IllegalArgumentException("maxPending " + maxPending + " must be 1 to " + MOST_PENDING);
        }
        if (takeOver.compareTo(sendTimeout) >= 0) {
            throw new IllegalArgumentException(
                    "takeOver " + takeOver + " must be less than sendTimeout " + sendTimeout);
        }
        if (maxPoll.compareTo(minPoll) < 0) {
            throw new IllegalArgumentException("maxPoll " + maxPoll + " must be at least minPoll " + minPoll);
        }
    }

    /** The defaults named above. */
    public static InProcessOptions defaults() {
        return DEFAULTS;
    }

    /** With another time of a claim. */
    public InProcessOptions claim(Duration claim) {
        return new InProcessOptions(claim, takeOver, sendTimeout, maxPending, minPoll, maxPoll, closeTimeout);
    }

    /** With other times after which a waiting message is taken over, and after which a sending counts as unknown. */
    public InProcessOptions patience(Duration takeOver, Duration sendTimeout) {
        return new InProcessOptions(claim, takeOver, sendTimeout, maxPending, minPoll, maxPoll, closeTimeout);
    }

    /** With another bound of messages in memory. */
    public InProcessOptions maxPending(int maxPending) {
        return new InProcessOptions(claim, takeOver, sendTimeout, maxPending, minPoll, maxPoll, closeTimeout);
    }

    /** With other pauses between reads of parked deliveries. */
    public InProcessOptions poll(Duration minPoll, Duration maxPoll) {
        return new InProcessOptions(claim, takeOver, sendTimeout, maxPending, minPoll, maxPoll, closeTimeout);
    }

    /** With another time for running handlers to end in. */
    public InProcessOptions closeTimeout(Duration closeTimeout) {
        return new InProcessOptions(claim, takeOver, sendTimeout, maxPending, minPoll, maxPoll, closeTimeout);
    }

    EngineOptions numbers() {
        return new EngineOptions(claim, takeOver, sendTimeout, maxPending, minPoll, maxPoll, closeTimeout);
    }

    private static void require(Duration value, String name, Duration least, Duration most) {
        Objects.requireNonNull(value, name);
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(name + " " + value + " must be " + least + " to " + most);
        }
    }
}
