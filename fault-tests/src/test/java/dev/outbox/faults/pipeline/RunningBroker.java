package dev.outbox.faults.pipeline;

/** A broker of one test, there to be killed. What it has confirmed survives that. */
interface RunningBroker extends AutoCloseable {
    /** What {@link Broker#client} needs to find it; the same after a restart. */
    String address();

    /** Creates {@code destination} and whatever keeps its messages for each of {@code groups}. */
    void create(String destination, String... groups);

    /** How many messages it has taken for {@code destination}, duplicates included, as far as it keeps count; else -1. */
    long appended(String destination);

    /** How many messages of {@code destination} it would deliver to {@code group} again if all of its members ended now. */
    long unfinished(String destination, String group);

    /** Ends it with SIGKILL. */
    void kill();

    /** Starts it again, on the same data, and returns when it answers. */
    void restart();

    @Override
    void close();
}
