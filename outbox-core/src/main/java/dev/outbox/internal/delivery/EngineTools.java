package dev.outbox.internal.delivery;

/**
 * What the parts of an engine share.
 *
 * @param parts what the engine was made of
 * @param clock the time of the present step
 * @param calls calls of the store
 * @param burials calls that store dead letters; the same if the store has them
 * @param dispatcher starts handlers
 * @param reports counts, logs and tells the listener
 */
record EngineTools(
        EngineParts parts,
        EngineClock clock,
        StoreCalls calls,
        StoreCalls burials,
        Dispatcher dispatcher,
        Reports reports) {}
