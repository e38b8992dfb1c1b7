package dev.outbox.redis;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import redis.clients.jedis.HostAndPort;

/** The known nodes of a cluster in turn: any of them that answers says where a stream is. */
final class ClusterDoor implements FrontDoor {
    private final List<HostAndPort> nodes;
    private final AtomicInteger next = new AtomicInteger();

    ClusterDoor(List<HostAndPort> nodes) {
        this.nodes = nodes;
    }

    @Override
    public HostAndPort find() {
        return nodes.get(Math.floorMod(next.getAndIncrement(), nodes.size()));
    }
}
