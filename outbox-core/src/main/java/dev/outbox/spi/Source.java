package dev.outbox.spi;

import java.util.List;
import java.util.OptionalLong;

/**
 * Where a consumer's messages come from: a group of a topic, a queue, a group of a stream.
 *
 * <p>A source owns one loop: the thread that talks to the broker. It MUST deliver the messages of a group in the group's order, and MUST deliver again, here or
 * elsewhere, what it delivered and was not told to acknowledge, after its group was taken away or the process ended (G2). It keeps no order, bound, attempt or
 * retry beyond that: the consumer does, once for all sources.
 *
 * <p>All methods but {@link #close} and {@link #lag} are called by the consumer's thread and MUST return at once: they hand the wish over to the loop. A fault of the broker is
 * no reason to throw; the source goes on trying.
 */
public interface Source extends AutoCloseable {
    /** Begins to deliver into {@code sink}. Called once; does not fail because the broker is down. */
    void start(Sink sink);

    /**
     * These deliveries are finished: handled, or taken over by the store. They come in any order. The broker MUST NOT be told of more than these: where it
     * keeps one position for a group, that position stays below the lowest unfinished delivery. A group that was taken away meanwhile is left alone.
     *
     * @param onDurable to be called, on any thread, when the broker will not deliver any of them again to anybody; not called if that cannot be known
     */
    void acknowledge(List<Incoming> finished, Runnable onDurable);

    /** As {@link #acknowledge(List, Runnable)} for a caller that need not be told: the source keeps nothing for it beyond its position. */
    default void acknowledge(List<Incoming> finished) {
        acknowledge(finished, () -> {});
    }

    /** Delivers nothing more until {@link #resume}, but keeps its groups. What is on its way may still come. */
    void pause();

    /** Delivers again. */
    void resume();

    /**
     * How many messages of the groups that this source has are not finished: what waits at the broker, and what it has delivered and was not told to acknowledge. Of
     * a queue that several sources share, those of the whole queue. As of when the loop last learned it; empty when it does not know. May be called by any thread
     * and MUST return at once.
     */
    default OptionalLong lag() {
        return OptionalLong.empty();
    }

    /** Acknowledges what it was told to, gives its groups back, and ends the loop. Returns in bounded time (G11). Idempotent. */
    @Override
    void close();
}
