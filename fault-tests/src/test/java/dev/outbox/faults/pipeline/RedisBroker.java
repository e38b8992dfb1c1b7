package dev.outbox.faults.pipeline;

import dev.outbox.testservers.RedisServer;
import java.util.Map;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.resps.StreamGroupInfo;

/** One Redis that writes each command to its disk before it answers. A destination is {@value RedisClient#SHARDS} streams. */
final class RedisBroker implements RunningBroker {
    private final RedisServer server = RedisServer.start(Map.of("appendonly", "yes", "appendfsync", "always"));

    @Override
    public String address() {
        return server.url().toString();
    }

    /** The first who reads creates the streams and the group. */
    @Override
    public void create(String destination, String... groups) {}

    @Override
    public long appended(String destination) {
        try (Jedis redis = server.connect()) {
            long appended = 0;
            for (String stream : redis.keys(destination + "*")) {
                appended += redis.type(stream).equals("stream") ? redis.xlen(stream) : 0;
            }
            return appended;
        }
    }

    @Override
    public long unfinished(String destination, String group) {
        try (Jedis redis = server.connect()) {
            long unfinished = 0;
            for (String stream : redis.keys(destination + "*")) {
                if (redis.type(stream).equals("stream")) {
                    unfinished += unfinished(redis, stream, group);
                }
            }
            return unfinished;
        }
    }

    private static long unfinished(Jedis redis, String stream, String group) {
        return redis.xinfoGroups(stream).stream()
                .filter(info -> info.getName().equals(group))
                .mapToLong(info -> info.getPending() + lag(redis, stream, info))
                .findFirst()
                .orElseGet(() -> redis.xlen(stream));
    }

    /** Redis counts what was read apart from what was added, and the two may disagree for good once it was killed. */
    private static long lag(Jedis redis, String stream, StreamGroupInfo info) {
        boolean isRead =
                redis.xrange(stream, "(" + info.getLastDeliveredId(), "+", 1).isEmpty();
        return isRead ? 0 : ((Number) info.getGroupInfo().get("lag")).longValue();
    }

    @Override
    public void kill() {
        server.kill();
    }

    @Override
    public void restart() {
        server.restart();
    }

    @Override
    public void close() {
        server.close();
    }
}
