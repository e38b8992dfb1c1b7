package dev.outbox.testservers;

import java.util.Map;

/**
 * A sentinel that watches a master, alone: two seconds without an answer, and it makes a replica the new master.
 *
 * <p>Thread-safe. Nothing of it is left when this JVM ends, also by SIGKILL.
 */
public final class RedisSentinel implements AutoCloseable {
    private final String masterName;
    private final RedisServer sentinel;

    private RedisSentinel(String masterName, RedisServer sentinel) {
        this.masterName = masterName;
        this.sentinel = sentinel;
    }

    /**
     * Starts a sentinel of this machine's Redis. It finds the replicas by itself, which takes a second.
     *
     * @throws IllegalStateException if it cannot be started
     */
    public static RedisSentinel watching(RedisServer master, String masterName) {
        int port = FreePort.next();
        Map<String, String> settings = Map.of(
                "port",
                String.valueOf(port),
                "sentinel monitor",
                masterName + " " + master.host() + " " + master.port() + " 1",
                "sentinel down-after-milliseconds",
                masterName + " 2000",
                "sentinel failover-timeout",
                masterName + " 5000");
        RedisServer sentinel = RedisServer.locally(
                port, LocalRedis.start(RedisLauncher.program(), settings, Map.of(), "TERM", "--sentinel"));
        return new RedisSentinel(masterName, sentinel);
    }

    /** The name of the master. */
    public String masterName() {
        return masterName;
    }

    /** Where the sentinel listens. */
    public String host() {
        return sentinel.host();
    }

    /** Where the sentinel listens. */
    public int port() {
        return sentinel.port();
    }

    @Override
    public void close() {
        sentinel.close();
    }
}
