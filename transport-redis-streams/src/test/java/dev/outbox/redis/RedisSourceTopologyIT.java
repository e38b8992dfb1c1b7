package dev.outbox.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.Message;
import dev.outbox.spi.Outcome;
import dev.outbox.testkit.Outcomes;
import dev.outbox.testservers.RedisCluster;
import dev.outbox.testservers.RedisSentinel;
import dev.outbox.testservers.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;

/** Reading from a cluster, from the master that a sentinel names, and over TLS as a user who may do no more than that. */
@Timeout(300)
class RedisSourceTopologyIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    @Test
    void theShardsOfAClusterAreReadWhereverTheyAre() {
        try (RedisCluster cluster = RedisCluster.start()) {
            RedisServers servers = RedisServers.cluster(cluster.nodes().stream()
                    .map(node -> node.host() + ":" + node.port())
                    .toArray(String[]::new));
            Recording recording = new Recording();
            try (RedisStreamsTransport transport =
                            RedisStreamsTransport.to(servers).shards(8).build();
                    RedisStreamsSource source = RedisStreamsSource.from(servers)
                            .streams("orders")
                            .shards(8)
                            .createGroups()
                            .lease(Duration.ofSeconds(2))
                            .build()) {
                source.start(recording);
                Outcomes outcomes = new Outcomes(transport);
                List<Message> sent = IntStream.range(0, 200)
                        .mapToObj(i -> Message.to("orders").key("key-" + i % 50).text("x" + i))
                        .toList();
                List<Long> tokens = sent.stream().map(outcomes::send).toList();
                tokens.forEach(token -> assertThat(outcomes.await(token, SOON)).isEqualTo(Outcome.CONFIRMED));
                recording.await(200);
                assertThat(recording.got().stream().map(got -> got.message()))
                        .containsExactlyInAnyOrderElementsOf(sent);
                assertThat(recording.got().stream().map(got -> got.group()).distinct())
                        .hasSize(8);
                source.acknowledge(recording.got(), () -> {});
                Awaitility.await("all is finished")
                        .atMost(SOON)
                        .until(() -> source.lag().orElse(-1) == 0);
            }
        }
    }

    @Test
    void aFailoverIsFollowedToTheNewMaster() {
        try (RedisServer master = RedisServer.start();
                RedisServer replica = master.startReplica(Map.of());
                RedisSentinel sentinel = RedisSentinel.watching(master, "orders");
                Jedis old = master.connect();
                Jedis asking = new Jedis(
                        new HostAndPort(sentinel.host(), sentinel.port()),
                        DefaultJedisClientConfig.builder()
                                .autoNegotiateProtocol(false)
                                .build());
                RedisStreamsSource source = RedisStreamsSource.from(
                                RedisServers.sentinel("orders", sentinel.host() + ":" + sentinel.port()))
                        .streams("orders")
                        .createGroups()
                        .lease(Duration.ofSeconds(2))
                        .build()) {
            Recording recording = new Recording();
            source.start(recording);
            Appending.append(old, "orders", 1, 3);
            source.acknowledge(recording.await(3).subList(0, 2), () -> {});
            Awaitility.await("the sentinel knows the replica, which follows")
                    .atMost(SOON)
                    .until(() -> asking.sentinelReplicas("orders").size() == 1 && length(replica) == 3);
            master.kill();
            Awaitility.await("the replica is the master").atMost(SOON).until(() -> {
                try (Jedis jedis = replica.connect()) {
                    return jedis.info("replication").contains("role:master");
                }
            });
            try (Jedis jedis = replica.connect()) {
                Appending.append(jedis, "orders", 4, 6);
            }
            Awaitility.await("what the new master has")
                    .atMost(SOON)
                    .until(() -> recording.texts().containsAll(List.of("4", "5", "6")));
        }
    }

    @Test
    void overTlsAUserWithTheLeastRightsReads() {
        try (RedisServer server = RedisServer.startSecured();
                Jedis admin = server.connect()) {
            admin.aclSetUser(
                    "consumer",
                    ("on >secret resetchannels ~orders* ~{orders* +ping +eval +xreadgroup +xread +xack +xpending +xclaim"
                                    + " +xrange +xinfo|groups +xinfo|consumers +xgroup|create +xgroup|delconsumer +get +set +del"
                                    + " +exists +pexpire +zadd +zcard +zrem +zremrangebyscore +time")
                            .split(" "));
            RedisServers servers = RedisServers.at("rediss://localhost:" + server.securePort())
                    .with(DefaultJedisClientConfig.builder()
                            .user("consumer")
                            .password("secret")
                            .sslOptions(server.trust())
                            .build());
            Recording recording = new Recording();
            try (RedisStreamsSource source = RedisStreamsSource.from(servers)
                    .streams("orders")
                    .createGroups()
                    .build()) {
                source.start(recording);
                Appending.append(admin, "orders", 1, 3);
                source.acknowledge(recording.await(3), () -> {});
                Awaitility.await("all is finished")
                        .atMost(SOON)
                        .until(() -> source.lag().orElse(-1) == 0);
            }
            assertThat(admin.xinfoConsumers2("orders", Recording.CONSUMER)).isEmpty();
        }
    }

    private static long length(RedisServer server) {
        try (Jedis jedis = server.connect()) {
            return jedis.xlen("orders");
        }
    }
}
