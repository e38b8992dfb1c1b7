package dev.outbox.redis;

import dev.outbox.spi.Sink;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the readers of a source share.
 *
 * @param name of the source, for threads and the log
 * @param client sends acknowledgements, and opens connections
 * @param sink takes what is read
 * @param group the consumer group
 * @param consumer the name in the group, that of no other process before or after
 * @param destinations by stream
 * @param numbers the limits
 * @param share of the streams; nothing is asked of it where streams have no owner
 * @param tokens the last token that was given
 * @param paused whether nothing is to be delivered
 * @param retirement ends all threads of the source soon, because an error has ended one of them, so that other processes read its streams
 */
record SourceParts(
        String name,
        Client client,
        Sink sink,
        String group,
        String consumer,
        Map<String, String> destinations,
        Numbers numbers,
        Share share,
        AtomicLong tokens,
        AtomicBoolean paused,
        Runnable retirement) {
    /** Who may read a stream. */
    enum Ownership {
        /** One process at a time. */
        LEASED,
        /** All processes at the same time, in any order. */
        SHARED
    }

    /** Where a group begins that is not there yet. */
    enum Beginning {
        /** It is not created. */
        NONE,
        EARLIEST,
        LATEST
    }

    /**
     * The limits.
     *
     * @param batch the most entries of a read
     * @param lease for how long a process owns a stream without a sign of life
     * @param claimAfter for how long entries are left with a process without a sign of life, where streams are shared
     * @param drainTimeout how long handlers may run on when their stream goes to another process
     */
    record Numbers(
            Ownership ownership,
            Beginning beginning,
            int batch,
            Duration lease,
            Duration claimAfter,
            Duration drainTimeout) {}

    boolean isLeased() {
        return numbers.ownership() == Ownership.LEASED;
    }
}
