package dev.outbox.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.consumer.Consumer;
import dev.outbox.retry.RetryPolicy;
import dev.outbox.spi.Incoming;
import dev.outbox.spi.Source;
import dev.outbox.testkit.InMemoryStore;
import dev.outbox.testservers.Bars;
import dev.outbox.testservers.KafkaServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Brokers that die, links that freeze, rights that are missing, and members that come and go. */
@Timeout(240)
class KafkaSourceFaultIT {
    private static KafkaServer server;
    private static Cluster cluster;

    private final List<AutoCloseable> open = new ArrayList<>();
    private String topic;
    private String group;

    @BeforeAll
    static void startServer() {
        server = KafkaServer.start(
                Map.of("group.min.session.timeout.ms", "1000"), KafkaServer.Extra.PROXIED, KafkaServer.Extra.SECURED);
        cluster = new Cluster(server.bootstrapServers());
    }

    @AfterAll
    static void closeServer() {
        cluster.close();
        server.close();
    }

    @BeforeEach
    void createTopic() {
        topic = server.createTopic(2);
        group = "group-of-" + topic;
    }

    @AfterEach
    void closeAll() throws Exception {
        server.proxy().thaw();
        server.proxy().cut();
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    @Test
    void g2_g8_whatASilentProcessHadUnderWayIsMarkedForItsSuccessorAndItsOwnWordCountsForNothing() {
        cluster.write(topic, 0, texts(10));
        TestSink zombie = new TestSink(group);
        KafkaSource frozen = start(
                KafkaSource.from(proxied())
                        .topics(topic)
                        .property("session.timeout.ms", 5_000)
                        .property("heartbeat.interval.ms", 500)
                        .build(),
                zombie);
        List<Incoming> got = zombie.await(10);
        TestSink.finish(frozen, got.subList(0, 3));

        server.proxy().freeze();
        TestSink successor = new TestSink(group);
        KafkaSource source = start(plain().build(), successor);
        List<Incoming> again = successor.await(7);
        frozen.acknowledge(got);
        server.proxy().thaw();
        soon("the loss").until(() -> zombie.lost().contains(topic + "-0"));

        assertThat(again).allMatch(Incoming::redelivered);
        assertThat(successor.texts()).startsWith("4", "5", "6", "7", "8", "9", "10");
        assertThat(cluster.position(group, topic, 0)).isEqualTo(3);
        assertThat(source.troubles()).isEmpty();
    }

    @Test
    void g2_aBrokerThatIsKilledAndRestartedCostsNothing() {
        Queue<String> handled = new ConcurrentLinkedQueue<>();
        Consumer consumer = consumer(plain().build(), handled);
        cluster.write(topic, 0, texts(200));
        soon("200 handled").until(() -> handled.size() >= 200);

        server.kill();
        Publishing.pause(Duration.ofSeconds(2));
        server.restart();

        cluster.write(topic, 1, texts(100));
        soon("100 more")
                .until(() -> handled.stream()
                                .filter(one -> one.startsWith(topic + "-1"))
                                .count()
                        >= 100);
        soon("all positions")
                .until(() -> cluster.position(group, topic, 0) == 200 && cluster.position(group, topic, 1) == 100);
        assertThat(handled).doesNotHaveDuplicates().hasSize(300);
        assertThat(consumer.state()).isEqualTo(Consumer.State.RUNNING);
    }

    @Test
    void g2_g4_membersComeAndGoWithoutLossAndWithoutDuplicates() {
        Queue<String> handled = new ConcurrentLinkedQueue<>();
        consumer(plain().build(), handled);
        String[] texts = texts(100);
        cluster.write(topic, 0, texts);
        Consumer second = consumer(plain().build(), handled);
        for (int round = 0; round < 10; round++) {
            cluster.write(topic, 0, texts(1_000 + 100 * round, 1_099 + 100 * round));
            cluster.write(topic, 1, texts(1_000 + 100 * round, 1_099 + 100 * round));
            if (round == 5) {
                second.close();
            }
            Publishing.pause(Duration.ofMillis(400));
        }
        soon("all handled").until(() -> handled.size() >= 2_100);
        soon("all positions")
                .until(() -> cluster.position(group, topic, 0) == 1_100 && cluster.position(group, topic, 1) == 1_000);
        assertThat(handled).doesNotHaveDuplicates().hasSize(2_100);
    }

    @Test
    void g7_retriesOfAFailingMessageDoNotHoldThePosition() {
        InMemoryStore store = new InMemoryStore(InstantSource.system());
        Consumer consumer = Consumer.of(plain().build(), group)
                .handler(delivery -> {
                    if (delivery.message().key().isEmpty()) {
                        throw new IllegalStateException("fails always");
                    }
                })
                .store(store)
                .retry(RetryPolicy.exponential(Duration.ofMinutes(5)))
                .start();
        open.add(consumer);
        cluster.write(topic, 0, texts(20));
        soon("the position").until(() -> cluster.position(group, topic, 0) == 20);
        assertThat(consumer.statistics().parked()).isEqualTo(20);
        assertThat(consumer.statistics().dead()).isZero();
    }

    @Test
    void aUserWithTheLeastRightsReadsThroughTls() {
        cluster.allowReading("guest", topic, group);
        cluster.write(topic, 0, "secret");
        TestSink sink = new TestSink(group);
        KafkaSource source = start(
                KafkaSource.with(server.securedClient("guest")).topics(topic).build(), sink);
        TestSink.finish(source, sink.await(1));
        assertThat(sink.texts()).containsExactly("secret");
        soon("a lag").until(() -> source.lag().orElse(-1) == 0);
        assertThat(source.troubles()).isEmpty();
    }

    @Test
    void aMissingRightIsNamedAndTheSourceReadsWhenItIsGranted() {
        cluster.write(topic, 0, "x");
        TestSink sink = new TestSink(group);
        KafkaSource source = start(
                KafkaSource.with(server.securedClient("guest")).topics(topic).build(), sink);
        soon("the trouble").until(() -> source.troubles().toString().contains("grant its user READ"));
        cluster.allowReading("guest", topic, group);
        sink.await(1);
        soon("no trouble").until(() -> source.troubles().isEmpty());
    }

    @Test
    void aWrongPasswordIsNamedWithoutBeingTold() {
        Map<String, Object> properties = new HashMap<>(server.securedClient("guest"));
        String jaas = properties.get("sasl.jaas.config").toString();
        properties.put("sasl.jaas.config", jaas.replaceFirst("password=\"", "password=\"not-"));
        TestSink sink = new TestSink(group);
        KafkaSource source = start(KafkaSource.with(properties).topics(topic).build(), sink);
        soon("the trouble")
                .until(() ->
                        source.troubles().toString().contains("check the user, the password and the certificates"));
        assertThat(source.troubles().toString()).doesNotContain("not-");
    }

    @Test
    void g11_closingEndsInTimeAlsoWhileTheBrokerDoesNotAnswer() {
        cluster.write(topic, 0, texts(10));
        TestSink sink = new TestSink(group);
        KafkaSource source = start(KafkaSource.from(proxied()).topics(topic).build(), sink);
        source.acknowledge(sink.await(10).subList(0, 1));
        server.proxy().freeze();

        long start = System.nanoTime();
        source.close();
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isLessThan(Bars.atMost(Duration.ofSeconds(9), Duration.ofSeconds(30)));
        assertThat(sink.lost()).contains(topic + "-0");
    }

    private KafkaSource.Builder plain() {
        return KafkaSource.from(server.bootstrapServers()).topics(topic);
    }

    private static String proxied() {
        return server.proxy().host() + ":" + server.proxy().port();
    }

    private KafkaSource start(KafkaSource source, TestSink sink) {
        open.add(source);
        source.start(sink);
        return source;
    }

    /** Notes what it handles, as {@code topic-partition:text}. */
    private Consumer consumer(Source source, Queue<String> handled) {
        Consumer consumer = Consumer.of(source, group)
                .handler(delivery -> handled.add(delivery.message().id().split("/")[0] + "-"
                        + delivery.message().id().split("/")[1] + ":"
                        + new String(delivery.message().payload().toByteArray(), StandardCharsets.UTF_8)))
                .store(new InMemoryStore(InstantSource.system()))
                .start();
        open.add(consumer);
        return consumer;
    }

    private static ConditionFactory soon(String what) {
        return Awaitility.await(what).atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(50));
    }

    private static String[] texts(int count) {
        return texts(1, count);
    }

    private static String[] texts(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(String::valueOf).toArray(String[]::new);
    }
}
