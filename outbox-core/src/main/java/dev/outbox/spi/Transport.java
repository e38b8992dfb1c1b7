package dev.outbox.spi;

import dev.outbox.MessageLimits;
import java.time.Duration;
import java.util.List;

/**
 * Takes messages to their destinations. The relay hands over at most one unconfirmed message of a key (G3), or one {@linkplain #longestRun run} of them, retries,
 * and gives up; a transport connects, maps and classifies.
 *
 * <p>{@link #send} is called by one thread at a time for each destination; calls for different destinations may overlap, and so may those of several relays.
 * Outcomes come from any thread.
 */
public interface Transport extends AutoCloseable {
    /**
     * Begins to send messages of one destination. MUST NOT wait for the destination, also not for one that hangs or is missing: a call that does not return holds up its
     * own destination, and when there are 16 such, others (G10). For each message exactly one outcome MUST be
     * reported within {@link #sendTimeout()}, during this call or later. A message MUST be reported as confirmed only when its destination has said so,
     * as unavailable, failed or rejected only when it certainly did not and will not arrive, and as unknown otherwise. If this method throws, all messages
     * without an outcome count as unknown.
     */
    void send(List<Outgoing> batch, OutcomeListener outcomes);

    /** After this time without an outcome the relay takes a sending for unknown; 30 seconds unless the transport knows better. */
    default Duration sendTimeout() {
        return Duration.ofSeconds(30);
    }

    /**
     * How many messages of one key it takes at a time; 1 unless the destination can take several as one. If it is more, messages of one key that follow each other in a
     * batch are a run, which MUST arrive as a whole, in its order, or not at all: either all of a run have arrived and are reported as confirmed, or none has
     * arrived and none ever will, or nothing is known of any. To send them one after the other without waiting is not enough: one that is refused
     * would be overtaken (G3). Always the same number; the relay sends no run of more than 100 messages, and none of more than 1 MiB of payloads.
     *
     * <p>A run that is rejected or failed charges nobody: its messages are sent again one by one, until it is known which of them it was.
     */
    default int longestRun() {
        return 1;
    }

    /** What {@code destination} takes, checked when a message is published. */
    default MessageLimits limits(String destination) {
        return MessageLimits.defaults();
    }

    /** Settings of the destination system that forget or drop confirmed messages, one sentence each with what to do. */
    default List<String> durabilityWarnings() {
        return List.of();
    }

    /** Gives up connections. Sendings without an outcome are reported as unknown. Idempotent. */
    @Override
    void close();
}
