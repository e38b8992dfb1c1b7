package dev.outbox.examples.orderpipeline;

import dev.outbox.redis.RedisServers;
import dev.outbox.redis.RedisStreamsSource;
import dev.outbox.redis.RedisStreamsTransport;
import dev.outbox.spi.Source;
import dev.outbox.spi.Transport;
import java.util.List;
import java.util.Map;

/** Streams and groups of Redis. */
record RedisLink(String url, String prefix) implements Link {
    @Override
    public void declare(Map<String, List<String>> listeners) {
        // The first who reads a stream creates it, and the group, which begins with the first entry.
    }

    @Override
    public Transport transport() {
        return RedisStreamsTransport.to(RedisServers.at(url))
                .streams(destination -> prefix + destination)
                .build();
    }

    @Override
    public Source source(String consumer, List<String> destinations) {
        return RedisStreamsSource.from(RedisServers.at(url))
                .streams(destinations.stream()
                        .map(destination -> prefix + destination)
                        .toArray(String[]::new))
                .destinations(stream -> stream.substring(prefix.length()))
                .group(prefix + consumer)
                .createGroups()
                .build();
    }
}
