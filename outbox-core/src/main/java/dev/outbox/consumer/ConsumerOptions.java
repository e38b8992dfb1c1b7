package dev.outbox.consumer;

import dev.outbox.internal.delivery.EngineOptions;
import dev.outbox.internal.delivery.SourceOptions;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * The numbers that a {@link Consumer} works by. Immutable; every method returns a copy with some of them changed.
 *
 * @param bufferCount with as many messages in memory the source is paused, and goes on with half of them; one delivery of the source may come on top. 1 to
 *     1,000,000, 2,000 unless set
 * @param bufferBytes the same in bytes of payload; 1 to 1 GiB, 32 MiB unless set
 * @param memoryTries how many retries of a message may wait in memory, unacknowledged, before the store takes it over with those of its key behind it; 0 to
 *     100, 1 unless set. Failed attempts in memory are forgotten when the process is killed, so each kill may add so many
 * @param memoryDelay the longest delay for which a retry waits in memory; 0 to 1 min, 1 s unless set
 * @param staleAfter what the broker took longer ago than this is set aside as a dead letter, since the inbox may have forgotten that it was handled. Has to be
 *     shorter than the retention of the inbox by as much as a publisher's duplicate may come late; empty, and nothing is stale, unless set
 * @param claim how long a message in the store is held without a sign of life: the time after which others take over from a process that died. 1 s to 1 h, 30 s
 *     unless set
 * @param minPoll the shortest pause between reads of the store of which nothing can be claimed; 1 ms to 1 min, 50 ms unless set
 * @param maxPoll the longest pause between reads, which bounds how late a redrive is seen; at least {@code minPoll}, at most 1 h, 2 s unless set
 * @param closeTimeout how long {@link Consumer#close} waits for running handlers before it interrupts them; 0 to 1 h, 10 s unless set
 */
public record ConsumerOptions(
        int bufferCount,
        long bufferBytes,
        int memoryTries,
        Duration memoryDelay,
        Optional<Duration> staleAfter,
        Duration claim,
        Duration minPoll,
        Duration maxPoll,
        Duration closeTimeout) {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration YEARS = Duration.ofDays(3_650);
    private static final ConsumerOptions DEFAULTS = new ConsumerOptions(
            2_000,
            32L << 20,
            1,
            Duration.ofSeconds(1),
            Optional.empty(),
            Duration.ofSeconds(30),
            Duration.ofMillis(50),
            Duration.ofSeconds(2),
            Duration.ofSeconds(10));

    /** @throws IllegalArgumentException if a number is out of its bounds, or two contradict each other */
    public ConsumerOptions {
        require(bufferCount, "bufferCount", 1, 1_000_000);
        require(bufferBytes, "bufferBytes", 1, 1L << 30);
        require(memoryTries, "memoryTries", 0, 100);
        require(memoryDelay, "memoryDelay", Duration.ZERO, Duration.ofMinutes(1));
        staleAfter.ifPresent(age -> require(age, "staleAfter", Duration.ofSeconds(1), YEARS));
        require(claim, "claim", Duration.ofSeconds(1), HOUR);
        require(minPoll, "minPoll", Duration.ofMillis(1), Duration.ofMinutes(1));
        require(maxPoll, "maxPoll", Duration.ofMillis(1), HOUR);
        require(closeTimeout, "closeTimeout", Duration.ZERO, HOUR);
        if (maxPoll.compareTo(minPoll) < 0) {
            throw new IllegalArgumentException("maxPoll " + maxPoll + " must be at least minPoll " + minPoll);
        }
    }

    /** The defaults named above. */
    public static ConsumerOptions defaults() {
        return DEFAULTS;
    }

    /** With another bound of what is in memory. */
    public ConsumerOptions buffer(int count, long bytes) {
        return new ConsumerOptions(
                count, bytes, memoryTries, memoryDelay, staleAfter, claim, minPoll, maxPoll, closeTimeout);
    }

    /** With another bound of retries that wait in memory. */
    public ConsumerOptions memoryRetries(int tries, Duration longestDelay) {
        return new ConsumerOptions(
                bufferCount, bufferBytes, tries, longestDelay, staleAfter, claim, minPoll, maxPoll, closeTimeout);
    }

    /** Setting aside what the broker took longer ago than {@code age}. */
    public ConsumerOptions staleAfter(Duration age) {
        return new ConsumerOptions(
                bufferCount,
                bufferBytes,
                memoryTries,
                memoryDelay,
                Optional.of(age),
                claim,
                minPoll,
                maxPoll,
                closeTimeout);
    }

    /** With another time of a claim. */
    public ConsumerOptions claim(Duration time) {
        return new ConsumerOptions(
                bufferCount, bufferBytes, memoryTries, memoryDelay, staleAfter, time, minPoll, maxPoll, closeTimeout);
    }

    /** With other pauses between reads of the store. */
    public ConsumerOptions poll(Duration shortest, Duration longest) {
        return new ConsumerOptions(
                bufferCount, bufferBytes, memoryTries, memoryDelay, staleAfter, claim, shortest, longest, closeTimeout);
    }

    /** With another time for running handlers to end in. */
    public ConsumerOptions closeTimeout(Duration time) {
        return new ConsumerOptions(
                bufferCount, bufferBytes, memoryTries, memoryDelay, staleAfter, claim, minPoll, maxPoll, time);
    }

    EngineOptions engine() {
        return new EngineOptions(claim, HOUR, HOUR, bufferCount, minPoll, maxPoll, closeTimeout);
    }

    SourceOptions source(Semantics semantics, boolean stored) {
        return new SourceOptions(
                bufferCount,
                bufferBytes,
                memoryTries,
                memoryDelay,
                staleAfter,
                stored,
                semantics == Semantics.AT_MOST_ONCE);
    }

    private static void require(long value, String name, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " " + value + " must be " + least + " to " + most);
        }
    }

    private static void require(Duration value, String name, Duration least, Duration most) {
        Objects.requireNonNull(value, name);
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(name + " " + value + " must be " + least + " to " + most);
        }
    }
}
