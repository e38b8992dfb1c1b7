package dev.outbox.internal.delivery;

import java.time.Duration;

/**
 * The numbers that an engine works by. Validated where users set them.
 *
 * @param claim how long a parked delivery is held without a sign of life
 * @param takeOver how long a message of the relay waits for a busy subscriber before the store takes it over
 * @param sendTimeout after this time a message of the relay whose handlers are still running counts as unknown
 * @param maxPending the most messages in memory
 * @param minPoll the shortest pause between reads of parked deliveries of which none can be claimed
 * @param maxPoll the longest pause between reads
 * @param closeTimeout how long running handlers may take to end before they are interrupted
 */
public record EngineOptions(
        Duration claim,
        Duration takeOver,
        Duration sendTimeout,
        int maxPending,
        Duration minPoll,
        Duration maxPoll,
        Duration closeTimeout) {}
