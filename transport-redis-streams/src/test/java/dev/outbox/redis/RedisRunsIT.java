package dev.outbox.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.Message;
import dev.outbox.spi.FailureText;
import dev.outbox.spi.Outcome;
import dev.outbox.testkit.Outcomes;
import dev.outbox.testservers.FaultyProxy;
import dev.outbox.testservers.RedisCluster;
import dev.outbox.testservers.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Jedis;

/** Messages of one key that are sent together are added as one, or not at all, whatever goes wrong. */
@Timeout(300)
class RedisRunsIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static RedisServer server;

    private final String stream = RedisServer.newStream();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final Jedis jedis = open(server.connect());

    @BeforeAll
    static void startServer() {
        server = RedisServer.start();
    }

    @AfterAll
    static void closeServer() {
        server.close();
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable one : opened) {
            one.close();
        }
    }

    @Test
    void g3_ofARunThatMeetsAFullMemoryNothingIsThere() {
        Outcomes outcomes = outcomes(server.url().toString());
        assertThat(outcomes.outcomes(run(0, 50))).containsOnly(Outcome.CONFIRMED);
        jedis.configSet("maxmemory", "1");
        assertThat(outcomes.outcomes(run(50, 100)))
                .allSatisfy(outcome -> assertThat(text(outcome)).contains("raise maxmemory"));
        jedis.configSet("maxmemory", "0");
        assertThat(texts()).containsExactlyElementsOf(numbers(0, 50));
        assertThat(outcomes.outcomes(run(50, 100))).containsOnly(Outcome.CONFIRMED);
        assertThat(texts()).containsExactlyElementsOf(numbers(0, 100));
    }

    @Test
    void g3_ofARunToWhatIsNoStreamNothingIsThere() {
        jedis.set(stream, "a string");
        Outcomes outcomes = outcomes(server.url().toString());
        assertThat(outcomes.outcomes(run(0, 10)))
                .allSatisfy(outcome -> assertThat(text(outcome)).contains("something other than a stream"));
        jedis.del(stream);
        assertThat(outcomes.outcomes(run(0, 10))).containsOnly(Outcome.CONFIRMED);
    }

    @Test
    void g3_aConnectionThatBreaksLeavesNoPartOfARun() {
        FaultyProxy proxy = open(FaultyProxy.to(server.host(), server.port()));
        Outcomes outcomes = outcomes("redis://" + proxy.host() + ":" + proxy.port());
        List<List<Message>> runs = new ArrayList<>();
        List<List<Long>> tokens = new ArrayList<>();
        for (int round = 0; round < 2; round++) {
            outcomes.warm(Message.to(stream).text("connected"));
            proxy.dropReplies();
            long before = jedis.xlen(stream);
            for (int i = 0; i < 20; i++) {
                List<Message> run = run("key-" + i, 0, 20);
                runs.add(run);
                tokens.add(outcomes.sendAll(run));
            }
            Awaitility.await("a run has arrived whose reply is lost")
                    .atMost(SOON)
                    .until(() -> jedis.xlen(stream) > before);
            proxy.cut();
            proxy.deliverReplies();
            tokens.forEach(run -> run.forEach(token -> outcomes.await(token, SOON)));
        }
        Set<String> there = new HashSet<>();
        Entries.messages(jedis, stream).forEach(message -> there.add(message.id()));
        int unknown = 0;
        for (int i = 0; i < runs.size(); i++) {
            List<Outcome> ends = tokens.get(i).stream()
                    .map(token -> outcomes.await(token, SOON))
                    .toList();
            long arrived = runs.get(i).stream()
                    .filter(message -> there.contains(message.id()))
                    .count();
            assertThat(arrived).isIn(0L, 20L);
            assertThat(ends.stream().map(Object::getClass).distinct()).hasSize(1);
            unknown += ends.get(0) instanceof Outcome.Unknown ? 1 : 0;
            if (!(ends.get(0) instanceof Outcome.Unknown)) {
                assertThat(arrived > 0).isEqualTo(ends.get(0) == Outcome.CONFIRMED);
            }
        }
        assertThat(unknown).as("runs whose replies were lost").isPositive();
    }

    @Test
    void aUserWithoutTransactionsSendsOneByOne() {
        jedis.aclSetUser("plain", "on", ">secret", "~*", "+xadd", "+ping", "+info", "+config|get");
        String url = "redis://plain:secret@" + server.host() + ":" + server.port();
        Outcomes outcomes = outcomes(url);
        assertThat(outcomes.outcomes(run(0, 3)))
                .allSatisfy(outcome -> assertThat(outcome).isInstanceOf(Outcome.Failed.class));
        assertThat(texts()).isEmpty();
        assertThat(outcomes.outcomes(run(0, 1))).containsOnly(Outcome.CONFIRMED);

        jedis.aclSetUser("plain", "+multi", "+exec");
        assertThat(outcomes(url).outcomes(run(1, 4))).containsOnly(Outcome.CONFIRMED);
        assertThat(texts()).containsExactlyElementsOf(numbers(0, 4));
    }

    @Test
    void replicasHaveToHaveAllOfARun() {
        try (RedisServer master = RedisServer.start();
                RedisServer replica = master.startReplica(Map.of());
                RedisStreamsTransport transport = RedisStreamsTransport.to(
                                RedisServers.at(master.url().toString()))
                        .replicas(1, Duration.ofSeconds(5))
                        .build()) {
            Outcomes outcomes = new Outcomes(transport);
            Awaitility.await("the replica follows")
                    .atMost(SOON)
                    .until(() -> outcomes.outcome(Message.to(stream).text("x")) == Outcome.CONFIRMED);
            assertThat(outcomes.outcomes(run(0, 30))).containsOnly(Outcome.CONFIRMED);
            replica.pause();
            assertThat(outcomes.outcomes(run(30, 60)))
                    .allSatisfy(outcome -> assertThat(outcome).isInstanceOf(Outcome.Unknown.class));
            replica.resume();
        }
    }

    @Test
    void g3_aClusterSendsARunOnAsAWholeToWhoHasItsStream() {
        try (RedisCluster cluster = RedisCluster.start();
                RedisStreamsTransport transport = RedisStreamsTransport.to(RedisServers.cluster(cluster.nodes().stream()
                                .map(node -> node.host() + ":" + node.port())
                                .toArray(String[]::new)))
                        .build()) {
            Outcomes outcomes = new Outcomes(transport);
            for (int i = 0; i < 12; i++) {
                String orders = "orders-" + i;
                List<Message> run = IntStream.range(0, 20)
                        .mapToObj(n -> Message.to(orders).key("k").text("x" + n))
                        .toList();
                assertThat(outcomes.outcomes(run)).as(orders).containsOnly(Outcome.CONFIRMED);
                assertThat(cluster.nodes().stream()
                                .map(node -> length(node, orders))
                                .filter(length -> length > 0))
                        .containsExactly(20L);
            }
        }
    }

    private static long length(RedisServer node, String orders) {
        try (Jedis connection = node.connect()) {
            return connection.xlen(orders);
        } catch (redis.clients.jedis.exceptions.JedisDataException elsewhere) {
            return -1;
        }
    }

    private Outcomes outcomes(String url) {
        return new Outcomes(open(RedisStreamsTransport.to(RedisServers.at(url)).build()));
    }

    private List<Message> run(int from, int to) {
        return run("k", from, to);
    }

    private List<Message> run(String key, int from, int to) {
        return numbers(from, to).stream()
                .map(number -> Message.to(stream).key(key).text(number))
                .toList();
    }

    private static List<String> numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(Integer::toString).toList();
    }

    private List<String> texts() {
        return Entries.messages(jedis, stream).stream().map(Recording::text).toList();
    }

    private static String text(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Unavailable.class);
        return FailureText.of(((Outcome.Unavailable) outcome).error());
    }

    private <T extends AutoCloseable> T open(T one) {
        opened.add(0, one);
        return one;
    }
}
