package dev.outbox.testservers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.exceptions.JedisConnectionException;

@Timeout(300)
class RedisServerIT {
    private static final Duration BOUND = Duration.ofSeconds(60);

    @Test
    void theSharedServerIsOne() {
        RedisServer server = RedisServer.shared();
        server.close();
        assertThat(RedisServer.shared()).isSameAs(server);
        try (Jedis jedis = server.connect()) {
            String key = RedisServer.newStream();
            jedis.set(key, "x");
            assertThat(jedis.get(key)).isEqualTo("x");
        }
    }

    @Test
    void whatWasAcknowledgedSurvivesAKillAStopAndAPause() {
        try (RedisServer server = RedisServer.start()) {
            set(server, "before the kill");
            server.kill();
            assertThatThrownBy(server::connect).isInstanceOf(JedisConnectionException.class);
            server.restart();
            assertThat(get(server)).isEqualTo("before the kill");

            set(server, "before the stop");
            server.stop();
            server.restart();
            server.pause();
            assertThatThrownBy(() -> new Jedis(server.host(), server.port(), 300))
                    .isInstanceOf(JedisConnectionException.class);
            server.resume();
            assertThat(get(server)).isEqualTo("before the stop");
        }
    }

    @Test
    void settingsTakeThePlaceOfTheDurableOnes() {
        try (RedisServer server = RedisServer.start(Map.of("appendonly", "no", "maxmemory", "50mb"));
                Jedis jedis = server.connect()) {
            assertThat(jedis.configGet("appendonly")).containsEntry("appendonly", "no");
            assertThat(jedis.configGet("maxmemory")).containsEntry("maxmemory", "52428800");
            assertThat(jedis.configGet("appendfsync")).containsEntry("appendfsync", "always");
        }
    }

    @Test
    void aSecuredServerShowsItsCertificate() {
        try (RedisServer server = RedisServer.startSecured()) {
            HostAndPort secure = new HostAndPort("localhost", server.securePort());
            DefaultJedisClientConfig trusting = DefaultJedisClientConfig.builder()
                    .autoNegotiateProtocol(false)
                    .sslOptions(server.trust())
                    .build();
            try (Jedis jedis = new Jedis(secure, trusting)) {
                assertThat(jedis.ping()).isEqualTo("PONG");
            }
            DefaultJedisClientConfig usual = DefaultJedisClientConfig.builder()
                    .autoNegotiateProtocol(false)
                    .sslOptions(SslOptions.defaults())
                    .build();
            assertThatThrownBy(() -> new Jedis(secure, usual)).isInstanceOf(JedisConnectionException.class);
        }
    }

    @Test
    void aSentinelMakesTheReplicaTheMasterWhenTheMasterDies() {
        try (RedisServer master = RedisServer.start();
                RedisServer replica = master.startReplica(Map.of());
                RedisSentinel watching = RedisSentinel.watching(master, "orders");
                Jedis sentinel = new Jedis(watching.host(), watching.port())) {
            set(master, "replicated");
            Await.until(() -> "replicated".equals(get(replica)), BOUND, () -> "the replica has nothing");
            Await.until(() -> sentinel.sentinelReplicas("orders").size() == 1, BOUND, () -> "no replica is known");
            master.kill();
            Await.until(
                    () -> sentinel.sentinelGetMasterAddrByName("orders").contains(String.valueOf(replica.port())),
                    BOUND,
                    () -> "the replica is not the master");
            Await.until(() -> isMaster(replica), BOUND, () -> "the replica does not know that it is the master");
            set(replica, "written");
        }
    }

    @Test
    void aClusterSharesTheSlots() {
        try (RedisCluster cluster = RedisCluster.start()) {
            assertThat(cluster.nodes()).hasSize(3).allSatisfy(server -> {
                try (Jedis node = server.connect()) {
                    assertThat(node.clusterInfo()).contains("cluster_slots_ok:16384", "cluster_size:3");
                }
            });
        }
    }

    private static boolean isMaster(RedisServer server) {
        try (Jedis jedis = server.connect()) {
            return jedis.info("replication").contains("role:master");
        }
    }

    private static void set(RedisServer server, String value) {
        try (Jedis jedis = server.connect()) {
            jedis.set("key", value);
        }
    }

    private static String get(RedisServer server) {
        try (Jedis jedis = server.connect()) {
            return jedis.get("key");
        }
    }
}
