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
import redis.clients.jedis.Jedis;

/** Publishing to a cluster, to the master that a sentinel names, and over TLS as a user who may do no more than that. */
@Timeout(300)
class RedisTopologyIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    @Test
    void eachStreamOfAClusterIsFoundAndANodeThatDiesHoldsUpNoOther() {
        try (RedisCluster cluster = RedisCluster.start();
                RedisStreamsTransport transport = RedisStreamsTransport.to(RedisServers.cluster(addresses(cluster)))
                        .build()) {
            Outcomes outcomes = new Outcomes(transport);
            List<String> streams =
                    IntStream.range(0, 12).mapToObj(i -> "orders-" + i).toList();
            for (int round = 0; round < 5; round++) {
                List<Long> tokens = streams.stream()
                        .map(stream -> outcomes.send(Message.to(stream).text("x")))
                        .toList();
                tokens.forEach(token -> assertThat(outcomes.await(token, SOON)).isEqualTo(Outcome.CONFIRMED));
            }
            List<List<String>> byNode = cluster.nodes().stream()
                    .map(node -> streams.stream()
                            .filter(stream -> length(node, stream) == 5)
                            .toList())
                    .toList();
            assertThat(byNode).allSatisfy(some -> assertThat(some).isNotEmpty());
            assertThat(byNode.stream().mapToInt(List::size).sum()).isEqualTo(12);

            cluster.nodes().get(2).pause();
            long hanging = outcomes.send(Message.to(byNode.get(2).get(0)).text("hangs"));
            assertThat(outcomes.outcome(Message.to(byNode.get(1).get(0)).text("y")))
                    .isEqualTo(Outcome.CONFIRMED);
            assertThat(outcomes.await(hanging, SOON)).isNotEqualTo(Outcome.CONFIRMED);
            cluster.nodes().get(2).resume();
            Awaitility.await("the node takes messages again")
                    .atMost(SOON)
                    .until(() ->
                            outcomes.outcome(Message.to(byNode.get(2).get(0)).text("z")) == Outcome.CONFIRMED);
        }
    }

    @Test
    void aFailoverIsFollowedToTheNewMaster() {
        try (RedisServer master = RedisServer.start();
                RedisServer replica = master.startReplica(Map.of());
                RedisSentinel sentinel = RedisSentinel.watching(master, "orders");
                RedisStreamsTransport transport = RedisStreamsTransport.to(
                                RedisServers.sentinel("orders", "127.0.0.1:1", sentinel.host() + ":" + sentinel.port()))
                        .build();
                Jedis asking = new Jedis(
                        new redis.clients.jedis.HostAndPort(sentinel.host(), sentinel.port()),
                        DefaultJedisClientConfig.builder()
                                .autoNegotiateProtocol(false)
                                .build())) {
            Outcomes outcomes = new Outcomes(transport);
            assertThat(outcomes.outcome(Message.to("orders").text("before"))).isEqualTo(Outcome.CONFIRMED);
            Awaitility.await("the sentinel knows the replica, which follows")
                    .atMost(SOON)
                    .until(() -> asking.sentinelReplicas("orders").size() == 1 && length(replica, "orders") == 1);
            master.kill();
            Awaitility.await("the new master takes messages")
                    .atMost(SOON)
                    .until(() -> outcomes.outcome(Message.to("orders").text("after")) == Outcome.CONFIRMED);
            assertThat(length(replica, "orders")).isEqualTo(2);
        }
    }

    @Test
    void overTlsAUserWithTheLeastRightsPublishes() {
        try (RedisServer server = RedisServer.startSecured();
                Jedis admin = server.connect()) {
            admin.aclSetUser("outbox", "on", ">secret", "~orders*", "resetchannels", "+xadd", "+ping");
            try (RedisStreamsTransport transport = RedisStreamsTransport.to(
                            RedisServers.at("rediss://localhost:" + server.securePort())
                                    .with(DefaultJedisClientConfig.builder()
                                            .user("outbox")
                                            .password("secret")
                                            .sslOptions(server.trust())
                                            .build()))
                    .build()) {
                Outcomes outcomes = new Outcomes(transport);
                assertThat(outcomes.outcome(Message.to("orders").text("x"))).isEqualTo(Outcome.CONFIRMED);
                assertThat(outcomes.outcome(Message.to("others").text("x"))).isInstanceOf(Outcome.Unavailable.class);
                assertThat(transport.durabilityWarnings())
                        .singleElement()
                        .asString()
                        .contains("grant the user INFO");
            }
        }
    }

    private static String[] addresses(RedisCluster cluster) {
        return cluster.nodes().stream()
                .map(node -> node.host() + ":" + node.port())
                .toArray(String[]::new);
    }

    private static long length(RedisServer server, String stream) {
        try (Jedis jedis = server.connect()) {
            return jedis.xlen(stream);
        } catch (redis.clients.jedis.exceptions.JedisDataException elsewhere) {
            return -1;
        }
    }
}
