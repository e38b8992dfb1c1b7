package dev.outbox.faults.pipeline;

import dev.outbox.redis.RedisServers;
import dev.outbox.redis.RedisStreamsSource;
import dev.outbox.redis.RedisStreamsTransport;
import dev.outbox.spi.Source;
import dev.outbox.spi.Transport;
import java.time.Duration;
import java.util.Optional;

/** Redis' clients. The keys of a destination are spread over shards, each of which one process of a group owns. */
record RedisClient(String address) implements BrokerClient {
    static final int SHARDS = 8;
    private static final Duration LEASE = Duration.ofSeconds(3);

    @Override
    public Transport transport() {
        return RedisStreamsTransport.to(RedisServers.at(address)).shards(SHARDS).build();
    }

    @Override
    public Source source(String destination, String group, Optional<String> member) {
        return RedisStreamsSource.from(RedisServers.at(address))
                .streams(destination)
                .shards(SHARDS)
                .group(group)
                .createGroups()
                .lease(LEASE)
                .build();
    }
}
