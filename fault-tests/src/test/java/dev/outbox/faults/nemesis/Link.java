package dev.outbox.faults.nemesis;

import dev.outbox.testservers.FaultyProxy;
import java.util.Set;

/**
 * The way from a process to a server.
 *
 * @param process the name of the process
 * @param server the name of the server
 * @param proxy what stands in it
 */
public record Link(String process, String server, FaultyProxy proxy) {
    String name() {
        return process + " to " + server;
    }

    Set<String> subjects() {
        return Set.of(process, name());
    }
}
