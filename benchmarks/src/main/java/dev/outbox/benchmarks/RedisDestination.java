package dev.outbox.benchmarks;

import dev.outbox.redis.RedisServers;
import dev.outbox.redis.RedisStreamsTransport;
import dev.outbox.spi.Transport;
import dev.outbox.testservers.RedisServer;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import redis.clients.jedis.Jedis;

/** A stream on one server. */
final class RedisDestination implements Destination {
    private static final String STREAM = "orders";
    private static final Duration REWRITING_BOUND = Duration.ofSeconds(60);
    private static final Duration LOOK = Duration.ofMillis(10);

    private final RedisServer server = RedisServer.start();
    private final Jedis jedis = server.connect();
    private final RedisSink sink = new RedisSink(server.connect(), STREAM, Attributes.FEW);
    private final RedisSink fullSink = new RedisSink(server.connect(), STREAM, Attributes.ALL);
    private final RedisStreamsTransport transport =
            RedisStreamsTransport.to(RedisServers.at(server.url().toString())).build();

    /** Redis rewrites its file when it is told to, and not amid what is measured. */
    RedisDestination() {
        jedis.configSet("auto-aof-rewrite-percentage", "0");
    }

    @Override
    public Transport transport() {
        return transport;
    }

    @Override
    public MinimumSink sink() {
        return sink;
    }

    @Override
    public MinimumSink fullSink() {
        return fullSink;
    }

    /** Begins a new append-only file too. */
    @Override
    public void empty() {
        jedis.flushAll();
        awaitFile();
        jedis.bgrewriteaof();
        awaitFile();
    }

    private void awaitFile() {
        long end = System.nanoTime() + REWRITING_BOUND.toNanos();
        while (isRewriting()) {
            if (System.nanoTime() - end > 0) {
                throw new IllegalStateException("Redis has been rewriting its append-only file for " + REWRITING_BOUND);
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    private boolean isRewriting() {
        String state = jedis.info("persistence");
        return state.contains("aof_rewrite_in_progress:1") || state.contains("aof_rewrite_scheduled:1");
    }

    @Override
    public long arrived() {
        return jedis.xlen(STREAM);
    }

    @Override
    public void close() {
        transport.close();
        sink.close();
        fullSink.close();
        jedis.close();
        server.close();
    }
}
