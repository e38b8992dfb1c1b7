package dev.outbox.internal.delivery;

import java.time.Duration;
import java.util.Optional;

/**
 * How a consumer treats what its source delivers. Validated where users set it.
 *
 * @param bufferCount with as many deliveries in memory the source is paused; with half of them it goes on
 * @param bufferBytes the same, in bytes of payload
 * @param memoryTries how many retries of a delivery may wait in memory before the store takes it over
 * @param memoryDelay the longest delay for which a retry waits in memory
 * @param staleAfter what the broker took longer ago than this is set aside; empty means never
 * @param stored whether there is a store that takes over what fails; if not, retries wait in memory however long
 * @param acknowledgeFirst whether deliveries are acknowledged before they are handled, and then never handled twice
 */
public record SourceOptions(
        int bufferCount,
        long bufferBytes,
        int memoryTries,
        Duration memoryDelay,
        Optional<Duration> staleAfter,
        boolean stored,
        boolean acknowledgeFirst) {
    /** With a store. */
    public SourceOptions(
            int bufferCount,
            long bufferBytes,
            int memoryTries,
            Duration memoryDelay,
            Optional<Duration> staleAfter,
            boolean acknowledgeFirst) {
        this(bufferCount, bufferBytes, memoryTries, memoryDelay, staleAfter, true, acknowledgeFirst);
    }
}
