package dev.outbox.internal.delivery;

import dev.outbox.spi.DeliveryListener;
import dev.outbox.spi.DeliveryStore;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * What an engine is made of.
 *
 * @param instance the name under which parked deliveries are claimed
 * @param subscribers who has subscribed to what
 * @param store where deliveries are parked
 * @param options the numbers
 * @param random where jitter comes from; used by the engine's thread alone
 * @param listener who observes
 * @param handlers where the handlers of each subscriber run, asked once; must not run them on the calling thread, and keeps to the subscriber's bound: a quick one is given more
 * @param storeCalls where calls of the store run; must not run them on the calling thread
 * @param burials where dead letters go
 * @param burialCalls where these calls run; the same as {@code storeCalls} if the store has the dead letters
 */
public record EngineParts(
        String instance,
        Subscribers subscribers,
        DeliveryStore store,
        EngineOptions options,
        RandomGenerator random,
        DeliveryListener listener,
        Function<Subscriber, Executor> handlers,
        Executor storeCalls,
        Burials burials,
        Executor burialCalls) {
    /** With the dead letters in the store. */
    public EngineParts(
            String instance,
            Subscribers subscribers,
            DeliveryStore store,
            EngineOptions options,
            RandomGenerator random,
            DeliveryListener listener,
            Function<Subscriber, Executor> handlers,
            Executor storeCalls) {
        this(
                instance,
                subscribers,
                store,
                options,
                random,
                listener,
                handlers,
                storeCalls,
                new StoredBurials(store),
                storeCalls);
    }
}
