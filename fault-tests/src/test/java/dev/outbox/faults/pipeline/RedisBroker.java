package dev.outbox.faults.pipeline;

import dev.outbox.testservers.FaultyProxy;
import dev.outbox.testservers.RedisServer;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.args.ClientType;
import redis.clients.jedis.params.ClientKillParams;
import redis.clients.jedis.resps.StreamGroupInfo;

/** One Redis that writes each command to its disk before it answers. A destination is {@value RedisClient#SHARDS} streams. */
final class RedisBroker implements RunningBroker {
    private final RedisServer server = RedisServer.start(Map.of("appendonly", "yes", "appendfsync", "always"));
    private final List<FaultyProxy> ways;

    RedisBroker(int ways) {
        this.ways = Stream.generate(() -> FaultyProxy.to(server.host(), server.port()))
                .limit(ways)
                .toList();
    }

    @Override
    public String address() {
        return server.url().toString();
    }

    @Override
    public List<FaultyProxy> ways() {
        return ways;
    }

    @Override
    public String address(FaultyProxy way) {
        return address().replace(server.host() + ":" + server.port(), way.host() + ":" + way.port());
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
    public void freeze() {
        server.pause();
    }

    @Override
    public void thaw() {
        server.resume();
    }

    @Override
    public boolean endsConnections() {
        return true;
    }

    @Override
    public void endConnections() {
        try (Jedis redis = server.connect()) {
            redis.clientKill(ClientKillParams.clientKillParams().type(ClientType.NORMAL));
        }
    }

    @Override
    public void close() {
        ways.forEach(FaultyProxy::close);
        server.close();
    }
}
