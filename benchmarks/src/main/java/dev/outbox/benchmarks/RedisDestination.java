package dev.outbox.benchmarks;

import dev.outbox.redis.RedisServers;
import dev.outbox.redis.RedisStreamsTransport;
import dev.outbox.spi.Transport;
import dev.outbox.testservers.RedisServer;
import redis.clients.jedis.Jedis;

/** A stream on one server. */
final class RedisDestination implements Destination {
    private static final String STREAM = "orders";

    private final RedisServer server = RedisServer.start();
    private final Jedis jedis = server.connect();
    private final RedisSink sink = new RedisSink(server.connect(), STREAM);
    private final RedisStreamsTransport transport =
            RedisStreamsTransport.to(RedisServers.at(server.url().toString())).build();

    @Override
    public Transport transport() {
        return transport;
    }

    @Override
    public MinimumSink sink() {
        return sink;
    }

    /** Begins a new append-only file too. */
    @Override
    public void empty() {
        jedis.flushAll();
        jedis.bgrewriteaof();
    }

    @Override
    public long arrived() {
        return jedis.xlen(STREAM);
    }

    @Override
    public void close() {
        transport.close();
        sink.close();
        jedis.close();
        server.close();
    }
}
