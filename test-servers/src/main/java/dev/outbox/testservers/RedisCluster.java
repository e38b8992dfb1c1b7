package dev.outbox.testservers;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import redis.clients.jedis.Jedis;

/**
 * Three masters of this machine's Redis that share the slots, without replicas.
 *
 * <p>Thread-safe but for the control of the nodes. Nothing of it is left when this JVM ends, also by SIGKILL.
 */
public final class RedisCluster implements AutoCloseable {
    private static final int NODES = 3;
    private static final int SLOTS = 16_384;
    private static final Duration BOUND = Duration.ofSeconds(60);

    private final List<RedisServer> nodes;

    private RedisCluster(List<RedisServer> nodes) {
        this.nodes = List.copyOf(nodes);
    }

    /**
     * Starts the nodes and waits until each takes commands.
     *
     * @throws IllegalStateException if that fails
     */
    public static RedisCluster start() {
        List<RedisServer> nodes = new ArrayList<>();
        try {
            for (int i = 0; i < NODES; i++) {
                nodes.add(startNode());
            }
            join(nodes);
            RedisCluster cluster = new RedisCluster(nodes);
            nodes.forEach(cluster::awaitJoined);
            return cluster;
        } catch (RuntimeException failed) {
            nodes.forEach(RedisServer::close);
            throw failed;
        }
    }

    private static RedisServer startNode() {
        int port = FreePort.next();
        Map<String, String> settings = new HashMap<>(RedisServer.withDefaults(Map.of()));
        settings.put("cluster-enabled", "yes");
        settings.put("cluster-port", String.valueOf(FreePort.next()));
        settings.put("cluster-node-timeout", "15000");
        return RedisServer.locally(port, LocalRedis.start(RedisLauncher.program(), port, settings, "TERM"));
    }

    private static void join(List<RedisServer> nodes) {
        for (int i = 0; i < NODES; i++) {
            int first = i * SLOTS / NODES;
            int end = (i + 1) * SLOTS / NODES;
            try (Jedis node = nodes.get(i).connect()) {
                node.clusterAddSlots(IntStream.range(first, end).toArray());
                // So that each has a name and none has to give way to another.
                node.sendCommand(
                        redis.clients.jedis.Protocol.Command.CLUSTER, "SET-CONFIG-EPOCH", String.valueOf(i + 1));
            }
        }
        RedisServer first = nodes.get(0);
        for (RedisServer other : nodes.subList(1, NODES)) {
            try (Jedis node = other.connect()) {
                node.sendCommand(
                        redis.clients.jedis.Protocol.Command.CLUSTER,
                        "MEET",
                        first.host(),
                        String.valueOf(first.port()),
                        busPort(first));
            }
        }
    }

    private static String busPort(RedisServer server) {
        try (Jedis node = server.connect()) {
            return Objects.requireNonNull(node.configGet("cluster-port").get("cluster-port"));
        }
    }

    private void awaitJoined(RedisServer node) {
        Await.until(() -> isJoined(node), BOUND, () -> "the cluster does not take commands at " + node.url());
    }

    private static boolean isJoined(RedisServer server) {
        try (Jedis node = server.connect()) {
            String info = node.clusterInfo();
            return info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:" + NODES);
        }
    }

    /** The masters, each with a third of the slots. */
    public List<RedisServer> nodes() {
        return nodes;
    }

    @Override
    public void close() {
        nodes.forEach(RedisServer::close);
    }
}
