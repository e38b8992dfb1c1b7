package dev.outbox.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.Delivery;
import dev.outbox.Message;
import dev.outbox.consumer.Consumer;
import dev.outbox.retry.RetryPolicy;
import dev.outbox.spi.Incoming;
import dev.outbox.testkit.Outcomes;
import dev.outbox.testservers.FaultyProxy;
import dev.outbox.testservers.RedisCluster;
import dev.outbox.testservers.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Jedis;

/** What a consumer gives up becomes an entry of another stream in the same step in which it is acknowledged. */
@Timeout(300)
class RedisDeadLettersIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static RedisServer server;

    private final String stream = RedisServer.newStream();
    private final String dead = "{" + stream + "}:dead:" + Recording.CONSUMER;
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
    void g9_whatIsGivenUpIsInTheStreamOfDeadLettersAndNotPending() {
        RedisStreamsSource source = source(server.url().toString());
        open(Consumer.of(source, Recording.CONSUMER)
                .handler(RedisDeadLettersIT::handle)
                .retry(RetryPolicy.fixed(Duration.ofMillis(10)).maxAttempts(3))
                .deadLettersBySource()
                .start());
        Appending.append(jedis, stream, 1, 20);
        Awaitility.await("one is dead and nothing is left")
                .atMost(SOON)
                .until(() -> jedis.xlen(dead) == 1 && source.lag().equals(OptionalLong.of(0)));
        Message letter = Entries.messages(jedis, dead, stream).get(0);
        Message original = Entries.messages(jedis, stream).get(12);
        assertThat(letter.id()).isEqualTo(original.id());
        assertThat(letter.key()).isEqualTo(original.key());
        assertThat(letter.payload()).isEqualTo(original.payload());
        assertThat(letter.headers().asMap())
                .containsEntry("dead-letter-consumer", Recording.CONSUMER)
                .containsEntry("dead-letter-attempts", "3")
                .containsEntry("dead-letter-destination", stream)
                .containsEntry("dead-letter-reason", "ATTEMPTS_EXHAUSTED");
        assertThat(pending()).isZero();
    }

    @Test
    void g9_whileThereIsNoMemoryForADeadLetterItsEntryStaysPending() {
        Recording recording = new Recording();
        RedisStreamsSource source = source(server.url().toString());
        source.start(recording);
        Appending.append(jedis, stream, 1, 2);
        List<Incoming> got = recording.await(2);
        jedis.configSet("maxmemory", "1");
        source.setAside(got.get(0), got.get(0).message());
        source.acknowledge(got, () -> {});
        Awaitility.await("the other is acknowledged").atMost(SOON).until(() -> pending() == 1);
        assertThat(jedis.xlen(dead)).isZero();
        jedis.configSet("maxmemory", "0");
        Awaitility.await("it is set aside").atMost(SOON).until(() -> pending() == 0);
        assertThat(Entries.messages(jedis, dead)).extracting(Recording::text).containsExactly("1");
    }

    @Test
    void g9_aDeadLetterWhoseReplyIsLostIsThereOnce() {
        FaultyProxy proxy = open(FaultyProxy.to(server.host(), server.port()));
        Recording recording = new Recording();
        RedisStreamsSource source = source("redis://" + proxy.host() + ":" + proxy.port());
        source.start(recording);
        Appending.append(jedis, stream, 1, 3);
        List<Incoming> got = recording.await(3);
        source.acknowledge(got.subList(2, 3), () -> {});
        Awaitility.await("acknowledgements arrive").atMost(SOON).until(() -> pending() == 2);
        source.pause();
        proxy.dropReplies();
        source.setAside(got.get(1), got.get(1).message());
        source.acknowledge(got.subList(0, 2), () -> {});
        Awaitility.await("it is set aside, and the reply is lost").atMost(SOON).until(() -> jedis.xlen(dead) == 1);
        proxy.cut();
        proxy.deliverReplies();
        Awaitility.await("nothing is pending").atMost(SOON).until(() -> pending() == 0);
        source.close();
        assertThat(Entries.messages(jedis, dead)).extracting(Recording::text).containsExactly("2");
    }

    @Test
    void inAClusterDeadLettersAreOnTheNodeOfTheirStream() {
        try (RedisCluster cluster = RedisCluster.start()) {
            RedisServers servers = RedisServers.cluster(cluster.nodes().stream()
                    .map(node -> node.host() + ":" + node.port())
                    .toArray(String[]::new));
            Recording recording = new Recording();
            try (RedisStreamsTransport transport =
                            RedisStreamsTransport.to(servers).shards(4).build();
                    RedisStreamsSource source = RedisStreamsSource.from(servers)
                            .streams("orders")
                            .shards(4)
                            .createGroups()
                            .build()) {
                source.start(recording);
                Outcomes outcomes = new Outcomes(transport);
                for (int i = 0; i < 40; i++) {
                    outcomes.outcome(Message.to("orders").key("key-" + i).text("x"));
                }
                List<Incoming> got = recording.await(40);
                got.forEach(one -> source.setAside(one, one.message()));
                source.acknowledge(got, () -> {});
                Awaitility.await("all are set aside").atMost(SOON).until(() -> deadIn(cluster) == 40);
            }
        }
    }

    private static long deadIn(RedisCluster cluster) {
        long sum = 0;
        for (RedisServer node : cluster.nodes()) {
            try (Jedis connection = node.connect()) {
                for (String key : connection.keys("*:dead:*")) {
                    sum += connection.xlen(key);
                }
            }
        }
        return sum;
    }

    private static void handle(Delivery delivery) {
        if (Recording.text(delivery.message()).equals("13")) {
            throw new IllegalStateException("always");
        }
    }

    private RedisStreamsSource source(String url) {
        return open(RedisStreamsSource.from(RedisServers.at(url))
                .streams(stream)
                .createGroups()
                .responseTimeout(Duration.ofSeconds(2))
                .build());
    }

    private long pending() {
        return jedis.xpending(stream, Recording.CONSUMER).getTotal();
    }

    private <T extends AutoCloseable> T open(T one) {
        opened.add(0, one);
        return one;
    }
}
