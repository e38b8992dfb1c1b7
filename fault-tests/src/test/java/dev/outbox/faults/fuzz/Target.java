package dev.outbox.faults.fuzz;

import java.util.SplittableRandom;

/** Something that takes what comes from outside. For one thread. */
interface Target extends AutoCloseable {
    /** What it is called on the command line. */
    String name();

    /**
     * Feeds one input, which is made of {@code random} alone, and checks what came of it.
     *
     * @return whether it came past the first check of its form
     * @throws Exception if it broke a promise
     */
    boolean feed(SplittableRandom random) throws Exception;

    /** How many times as long as others it takes; it gets so many times fewer inputs when all targets are fed. */
    default int cost() {
        return 1;
    }

    /**
     * Checks what has been collected since the last call.
     *
     * @throws Exception if a promise was broken
     */
    default void check() throws Exception {}

    @Override
    default void close() {}
}
