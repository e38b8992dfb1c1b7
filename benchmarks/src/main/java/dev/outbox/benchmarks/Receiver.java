package dev.outbox.benchmarks;

/** The way from a commit to a transport, for one round. */
interface Receiver {
    /** Told after each commit. */
    default void committed(long intendedNanos) {}

    /** Waits for {@code messages}, and ends. */
    Latencies end(int messages);
}
