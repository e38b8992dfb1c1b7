package dev.outbox.faults.pipeline;

import dev.outbox.faults.nemesis.Server;
import dev.outbox.testservers.FaultyProxy;
import java.util.List;

/** A broker of one test, there to be killed. What it has confirmed survives that. */
interface RunningBroker extends Server, AutoCloseable {
    /** What {@link Broker#client} needs to find it; the same after a restart. */
    String address();

    /** The proxies that lead to it beside the straight way. */
    List<FaultyProxy> ways();

    /** What {@link Broker#client} needs to find it through one of its {@link #ways()}. */
    String address(FaultyProxy way);

    /** Creates {@code destination} and whatever keeps its messages for each of {@code groups}. */
    void create(String destination, String... groups);

    /** How many messages it has taken for {@code destination}, duplicates included, as far as it keeps count; else -1. */
    long appended(String destination);

    /** How many messages of {@code destination} it would deliver to {@code group} again if all of its members ended now. */
    long unfinished(String destination, String group);

    @Override
    default String name() {
        return "broker";
    }

    @Override
    void close();
}
