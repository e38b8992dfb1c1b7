package dev.outbox.consumer;

import dev.outbox.internal.delivery.EngineParts;
import dev.outbox.internal.delivery.SourceOptions;
import dev.outbox.internal.delivery.Subscriber;
import dev.outbox.spi.Source;
import java.time.InstantSource;

/**
 * What a consumer is made of.
 *
 * @param name its name
 * @param source what it reads, and closes
 * @param engine what its engine is made of
 * @param counters what its engine counts
 * @param options the numbers
 * @param sourceOptions those that the engine works by
 * @param semantics when it acknowledges
 * @param wallClock what the ages of messages are measured against
 * @param threads its own threads
 */
record ConsumerParts(
        String name,
        Source source,
        EngineParts engine,
        Subscriber.Counters counters,
        ConsumerOptions options,
        SourceOptions sourceOptions,
        Semantics semantics,
        InstantSource wallClock,
        ConsumerThreads threads) {}
