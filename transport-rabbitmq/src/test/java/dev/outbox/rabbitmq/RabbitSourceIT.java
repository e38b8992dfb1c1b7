package dev.outbox.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.ConnectionFactory;
import dev.outbox.Message;
import dev.outbox.spi.Incoming;
import dev.outbox.spi.Outcome;
import dev.outbox.testkit.Outcomes;
import dev.outbox.testservers.ErrorOutput;
import dev.outbox.testservers.FaultyProxy;
import dev.outbox.testservers.RabbitServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of queues and their messages when readers come and go. {@code -Ddev.outbox.rabbitmq.rounds=50} lets them come and go more often than twice. */
@Timeout(600)
class RabbitSourceIT {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final int ROUNDS = Integer.getInteger("dev.outbox.rabbitmq.rounds", 2);
    private static RabbitServer server;
    private static Rabbit rabbit;

    private final List<AutoCloseable> opened = new ArrayList<>();

    @BeforeAll
    static void startServer() {
        server = RabbitServer.start(RabbitServer.Extra.SECURED);
        rabbit = Rabbit.of(server);
    }

    @AfterAll
    static void closeServer() {
        rabbit.close();
        server.close();
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : opened) {
            one.close();
        }
        Awaitility.reset();
    }

    private static RabbitSource.Builder plain() {
        return RabbitSource.with(Rabbit.settings(server));
    }

    private Reading read(RabbitSource.Builder builder) {
        Reading reading = Reading.from(builder.build());
        opened.add(reading);
        return reading;
    }

    private static void put(String exchange, String routingKey, String body) {
        put(exchange, routingKey, new BasicProperties.Builder().deliveryMode(2).build(), body);
    }

    private static void put(String exchange, String routingKey, BasicProperties properties, String body) {
        try {
            rabbit.channel().basicPublish(exchange, routingKey, properties, body.getBytes(StandardCharsets.UTF_8));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static List<String> bodies(List<Incoming> deliveries) {
        return deliveries.stream()
                .map(incoming -> incoming.message().payload().toUtf8String())
                .toList();
    }

    @Test
    void exchangesOfEveryTypeReachTheirQueues() throws Exception {
        Map<String, Object> properties = Map.of("region", "eu", "x-match", "all");
        String direct = rabbit.exchange(BuiltinExchangeType.DIRECT);
        String topic = rabbit.exchange(BuiltinExchangeType.TOPIC);
        String fanout = rabbit.exchange(BuiltinExchangeType.FANOUT);
        String headers = rabbit.exchange(BuiltinExchangeType.HEADERS);
        String queue = rabbit.quorumQueue();
        rabbit.bind(queue, direct, "key");
        rabbit.bind(queue, topic, "orders.*.placed");
        rabbit.bind(queue, fanout, "");
        rabbit.channel().queueBind(queue, headers, "", properties);
        Reading reading = read(plain().queues(queue));

        try (RabbitTransport transport =
                RabbitTransport.with(Rabbit.settings(server)).build()) {
            Outcomes outcomes = new Outcomes(transport);
            assertThat(outcomes.outcome(Message.to(direct + "/key").text("direct")))
                    .isEqualTo(Outcome.CONFIRMED);
            assertThat(outcomes.outcome(Message.to(direct + "/other").text("lost")))
                    .isInstanceOf(Outcome.Rejected.class);
            assertThat(outcomes.outcome(Message.to(topic + "/orders.eu.placed").text("topic")))
                    .isEqualTo(Outcome.CONFIRMED);
            assertThat(outcomes.outcome(
                            Message.to(topic + "/orders.eu.cancelled").text("lost")))
                    .isInstanceOf(Outcome.Rejected.class);
            assertThat(outcomes.outcome(Message.to(fanout).text("fanout"))).isEqualTo(Outcome.CONFIRMED);
            assertThat(outcomes.outcome(
                            Message.to(headers).header("region", "eu").text("headers")))
                    .isEqualTo(Outcome.CONFIRMED);
            assertThat(outcomes.outcome(
                            Message.to(headers).header("region", "us").text("lost")))
                    .isInstanceOf(Outcome.Rejected.class);
        }
        assertThat(bodies(reading.await(4))).containsExactly("direct", "topic", "fanout", "headers");
    }

    @Test
    void aMessageThatExpiredInTheQueueIsNotDelivered() {
        String dead = rabbit.queue();
        String queue = rabbit.queue(Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", dead));
        put("", queue, new BasicProperties.Builder().expiration("50").build(), "expires");
        Awaitility.await("it has expired").atMost(BOUND).until(() -> rabbit.count(dead) == 1);
        put("", queue, new BasicProperties.Builder().expiration("60000").build(), "stays");

        assertThat(bodies(read(plain().queues(queue)).await(1))).containsExactly("stays");
        Incoming expired = read(plain().queues(dead)).await(1).get(0);
        assertThat(expired.message().headers().get("x-death").orElseThrow())
                .contains("reason=expired")
                .contains(queue);
    }

    @Test
    void aStrangersMessageIsAMessage() {
        String queue = rabbit.queue();
        BasicProperties properties = new BasicProperties.Builder()
                .headers(Map.of("n", 7, "outbox-x", "y", "cloudEvents:subject", "s", "list", List.of("a", 1)))
                .replyTo("answers")
                .build();
        put("", queue, properties, "hello");
        put(
                "",
                queue,
                new BasicProperties.Builder()
                        .messageId("their-id")
                        .type("Their")
                        .correlationId("c")
                        .build(),
                "x");

        List<Incoming> got = read(plain().queues(queue)).await(2);
        Message first = got.get(0).message();
        assertThat(first.destination()).isEqualTo(queue);
        assertThat(first.type()).isEqualTo(queue);
        assertThat(first.id()).isNotEmpty();
        assertThat(first.key()).isEmpty();
        assertThat(first.headers().asMap())
                .containsEntry("n", "7")
                .containsEntry("rabbitmq.outbox-x", "y")
                .containsEntry("cloudevents.subject", "s")
                .containsEntry("list", "[a, 1]")
                .containsEntry("rabbitmq.reply-to", "answers");
        Message second = got.get(1).message();
        assertThat(second.id()).isEqualTo("their-id");
        assertThat(second.type()).isEqualTo("Their");
        assertThat(second.correlationId()).contains("c");
    }

    @Test
    void g12_noMoreThanThePrefetchIsUnacknowledged() {
        String queue = rabbit.queue();
        IntStream.range(0, 50).forEach(i -> put("", queue, "m" + i));
        Reading reading = read(plain().queues(queue).prefetch(10));
        reading.await(10);
        Awaitility.await("nothing more comes")
                .during(Duration.ofMillis(300))
                .atMost(BOUND)
                .until(() -> reading.got().size() == 10 && rabbit.count(queue) == 40);
        reading.acknowledge(reading.got().subList(0, 7));
        assertThat(bodies(reading.await(17)))
                .containsExactlyElementsOf(
                        IntStream.range(0, 17).mapToObj(i -> "m" + i).toList());
    }

    @Test
    void g7_oneReaderAtATimeKeepsTheOrderAndTheNextTakesOver() {
        for (String queue : List.of(rabbit.queue(), rabbit.quorumQueue(), singleActive())) {
            IntStream.range(0, 20).forEach(i -> put("", queue, "m" + i));
            Reading first = read(plain().queues(queue));
            first.await(20);
            Reading second = read(plain().queues(queue));
            IntStream.range(20, 30).forEach(i -> put("", queue, "m" + i));
            first.await(30);
            assertThat(second.got()).isEmpty();
            first.acknowledge(first.got().subList(0, 12));
            first.close();

            List<Incoming> taken = second.await(18);
            assertThat(bodies(taken))
                    .as(queue)
                    .containsExactlyElementsOf(
                            IntStream.range(12, 30).mapToObj(i -> "m" + i).toList());
            assertThat(taken).allMatch(Incoming::redelivered);
            second.close();
        }
    }

    private static String singleActive() {
        return rabbit.queue(Map.of("x-single-active-consumer", true));
    }

    @Test
    void g7_ofSourcesThatBeginAtTheSameMomentOneReads() {
        ErrorOutput output = open(new ErrorOutput());
        for (int round = 0; round < ROUNDS; round++) {
            for (Queue kind : Queue.values()) {
                String queue = kind.declare();
                try (Reading one = Reading.from(plain().queues(queue).build());
                        Reading other = Reading.from(plain().queues(queue).build())) {
                    put20(queue);
                    if (kind != Queue.QUORUM_WITH_SINGLE_ACTIVE_CONSUMER) {
                        // There the other one may be subscribed too: who waits does not count as a consumer.
                        awaitStandbys(output, queue, 1);
                    }
                    assertOneHasAll(kind, one, other);
                }
            }
        }
    }

    @Test
    void g7_whenAReaderEndsOneOfThoseThatStandByTakesOver() {
        ErrorOutput output = open(new ErrorOutput());
        for (int round = 0; round < ROUNDS; round++) {
            for (Queue kind : Queue.values()) {
                String queue = kind.declare();
                Reading first = read(plain().queues(queue));
                put20(queue);
                first.await(20);
                try (Reading one = Reading.from(plain().queues(queue).build());
                        Reading other = Reading.from(plain().queues(queue).build())) {
                    awaitStandbys(output, queue, 2);
                    first.close();
                    assertOneHasAll(kind, one, other);
                }
            }
        }
    }

    /** The kinds of queues; on all but the last the broker itself sees to it that one consumer gets messages. */
    private enum Queue {
        CLASSIC(Map.of()),
        CLASSIC_WITH_SINGLE_ACTIVE_CONSUMER(Map.of("x-single-active-consumer", true)),
        QUORUM_WITH_SINGLE_ACTIVE_CONSUMER(Map.of("x-queue-type", "quorum", "x-single-active-consumer", true)),
        QUORUM(Map.of("x-queue-type", "quorum"));

        private final Map<String, Object> arguments;

        Queue(Map<String, Object> arguments) {
            this.arguments = arguments;
        }

        String declare() {
            return rabbit.queue(arguments);
        }
    }

    private static void put20(String queue) {
        IntStream.range(0, 20).forEach(i -> put("", queue, "m" + i));
    }

    private static void awaitStandbys(ErrorOutput output, String queue, int count) {
        Awaitility.await(count + " stand by at " + queue)
                .atMost(BOUND)
                .until(() -> output.lines("'" + queue + "': another consumer reads the queue") >= count);
    }

    private static void assertOneHasAll(Queue kind, Reading one, Reading other) {
        Awaitility.await("20 messages of a queue " + kind)
                .atMost(BOUND)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> one.got().size() + other.got().size() >= 20);
        assertThat(one.got().isEmpty() || other.got().isEmpty())
                .as("one reads a queue " + kind)
                .isTrue();
        List<String> read = bodies(one.got().isEmpty() ? other.got() : one.got());
        List<String> put = IntStream.range(0, 20).mapToObj(i -> "m" + i).toList();
        if (kind == Queue.QUORUM) {
            assertThat(read).containsExactlyInAnyOrderElementsOf(put);
        } else {
            assertThat(read).as("a queue " + kind).containsExactlyElementsOf(put);
        }
    }

    @Test
    void g2_anErrorEndsTheSourceAndAnotherTakesOver() {
        Awaitility.doNotCatchUncaughtExceptionsByDefault();
        ErrorOutput output = open(new ErrorOutput());
        String queue = rabbit.queue();
        Reading failing = read(plain().queues(queue));
        failing.fail(new LinkageError("thrown by a test"));
        put("", queue, "x");
        Awaitility.await("the consumer knows that it has the queue no more")
                .atMost(BOUND)
                .until(() -> failing.lost().equals(List.of(queue)));
        assertThat(output.lines("an error has ended the RabbitMQ source")).isEqualTo(1);
        assertThat(failing.source().lag()).isEmpty();
        assertThat(read(plain().queues(queue)).await(1)).allMatch(Incoming::redelivered);
    }

    private <T extends AutoCloseable> T open(T one) {
        opened.add(one);
        return one;
    }

    @Test
    void unorderedSourcesShareAQueue() {
        String queue = rabbit.queue();
        Reading one = read(plain().queues(queue).prefetch(5).unordered());
        Reading other = read(plain().queues(queue).prefetch(5).unordered());
        Awaitility.await("both subscribe").atMost(BOUND).until(() -> consumers(queue) == 2);
        IntStream.range(0, 10).forEach(i -> put("", queue, "m" + i));
        one.await(5);
        other.await(5);
    }

    private static long consumers(String queue) throws java.io.IOException {
        return rabbit.channel().consumerCount(queue);
    }

    @Test
    void aQueueThatIsDeletedIsReadAgainWhenItIsBackAndAnOldAcknowledgementTouchesNothing() throws Exception {
        String queue = rabbit.queue();
        Reading reading = read(plain().queues(queue));
        put("", queue, "before");
        List<Incoming> before = reading.await(1);
        rabbit.channel().queueDelete(queue);
        Awaitility.await("the group is lost")
                .atMost(BOUND)
                .until(() -> reading.lost().contains(queue));
        rabbit.queue(queue, Map.of());
        put("", queue, "after");

        List<Incoming> all = reading.await(2);
        assertThat(bodies(all)).containsExactly("before", "after");
        reading.source().acknowledge(before);
        reading.source().acknowledge(before);
        reading.acknowledge(all.subList(1, 2));
        assertThat(reading.lost()).containsExactly(queue);
    }

    @Test
    void g2_aConnectionThatIsCutBringsAgainWhatWasNotAcknowledged() {
        String queue = rabbit.quorumQueue();
        try (FaultyProxy proxy = FaultyProxy.to(server.host(), server.port())) {
            Reading reading = read(RabbitSource.with(Rabbit.settings(server, proxy.host(), proxy.port()))
                    .queues(queue));
            IntStream.range(0, 10).forEach(i -> put("", queue, "m" + i));
            List<Incoming> before = reading.await(10);
            reading.acknowledge(before.subList(0, 4));
            proxy.cut();

            List<Incoming> all = reading.await(16);
            assertThat(reading.lost()).contains(queue);
            assertThat(bodies(all.subList(10, 16))).containsExactly("m4", "m5", "m6", "m7", "m8", "m9");
            assertThat(all.subList(10, 16)).allMatch(Incoming::redelivered);
            reading.source().acknowledge(before);
            reading.acknowledge(all.subList(10, 16));
            Awaitility.await("nothing is left")
                    .atMost(BOUND)
                    .until(() -> reading.source().lag().equals(OptionalLong.of(0)));
        }
    }

    @Test
    void itSaysHowMuchIsNotFinished() {
        String queue = rabbit.queue();
        Reading reading = read(plain().queues(queue).prefetch(10));
        IntStream.range(0, 25).forEach(i -> put("", queue, "m" + i));
        Awaitility.await("25 are not finished")
                .atMost(BOUND)
                .until(() -> reading.source().lag().equals(OptionalLong.of(25)));
        reading.acknowledge(reading.await(10).subList(0, 5));
        Awaitility.await("20 are not finished")
                .atMost(BOUND)
                .until(() -> reading.source().lag().equals(OptionalLong.of(20)));
    }

    @Test
    void aMissingQueueAndAMissingRightAreWaitedFor() {
        String later = Rabbit.name("later");
        String allowed = rabbit.queue();
        ConnectionFactory least = Rabbit.settings(server);
        least.setUsername("least");
        least.setPassword(server.addUser("least", "^$", "^$", "^" + allowed + "$"));
        Reading reading = read(RabbitSource.with(least).queues(later, allowed));
        put("", allowed, "allowed");
        assertThat(bodies(reading.await(1))).containsExactly("allowed");

        rabbit.queue(later, Map.of());
        put("", later, "later");
        server.control("set_permissions", "least", "^$", "^$", ".*");
        assertThat(bodies(reading.await(2))).containsExactly("allowed", "later");
    }

    @Test
    void overTlsAUserWithTheLeastRightsReads() {
        String queue = rabbit.quorumQueue();
        String password = server.addUser("tls-reader", "^$", "^$", "^" + queue + "$");
        put("", queue, "secret");
        Reading reading =
                read(RabbitSource.from("amqps://tls-reader:" + password + "@localhost:" + server.securedPort())
                        .tls(server.trust())
                        .queues(queue));
        assertThat(bodies(reading.await(1))).containsExactly("secret");
        reading.acknowledge(reading.got());
    }

    @Test
    void aBrokerThatIsKilledIsReadAgainWhenItIsBack() {
        try (RabbitServer own = RabbitServer.start()) {
            String queue;
            try (Rabbit before = Rabbit.of(own)) {
                queue = before.queue();
                own.keepDeclarations();
                IntStream.range(0, 5).forEach(i -> publish(before, queue, "m" + i));
            }
            Reading reading = read(RabbitSource.with(Rabbit.settings(own)).queues(queue));
            reading.acknowledge(reading.await(5).subList(0, 2));
            own.kill();
            Awaitility.await("the group is lost")
                    .atMost(BOUND)
                    .until(() -> reading.lost().contains(queue));
            own.restart();
            // A classic queue may have forgotten the last acknowledgements.
            Awaitility.await("the rest comes again")
                    .atMost(BOUND)
                    .until(() -> bodies(again(reading)).contains("m4"));
            assertThat(bodies(again(reading))).containsSubsequence("m2", "m3", "m4");
            reading.close();
        }
    }

    private static List<Incoming> again(Reading reading) {
        List<Incoming> all = reading.got();
        return all.subList(5, all.size());
    }

    private static void publish(Rabbit to, String queue, String body) {
        try {
            to.channel().confirmSelect();
            to.channel()
                    .basicPublish(
                            "",
                            queue,
                            new AMQP.BasicProperties.Builder().deliveryMode(2).build(),
                            body.getBytes(StandardCharsets.UTF_8));
            to.channel().waitForConfirmsOrDie(10_000);
        } catch (java.io.IOException | InterruptedException | java.util.concurrent.TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void g11_closingReturnsInTimeWhileTheBrokerIsSilent() {
        String queue = rabbit.queue();
        try (FaultyProxy proxy = FaultyProxy.to(server.host(), server.port())) {
            Reading reading = read(RabbitSource.with(Rabbit.settings(server, proxy.host(), proxy.port()))
                    .queues(queue));
            put("", queue, "x");
            List<Incoming> got = reading.await(1);
            proxy.freeze();
            reading.source().acknowledge(got, () -> {});
            long begin = System.nanoTime();
            reading.close();
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
        }
    }

    @Test
    void aTopologyIsDeclaredOnceAndAnotherOfItsNameIsAClearError() {
        String exchange = Rabbit.name("declared");
        String queue = Rabbit.name("declared");
        RabbitTopology topology = RabbitTopology.create()
                .exchange(exchange, BuiltinExchangeType.TOPIC)
                .deadLetterQueue(queue + ".dead")
                .orderedQueue(queue, queue + ".dead")
                .bind(queue, exchange, "#");
        topology.declare(Rabbit.settings(server));
        topology.declare(Rabbit.settings(server));
        put(exchange, "any", "x");
        assertThat(bodies(read(plain().queues(queue)).await(1))).containsExactly("x");

        RabbitTopology other = RabbitTopology.create().exchange(exchange, BuiltinExchangeType.FANOUT);
        assertThatThrownBy(() -> other.declare(Rabbit.settings(server)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("exchange '" + exchange + "' was not declared")
                .hasMessageContaining("another of this name")
                .hasMessageContaining("inequivalent arg 'type'");
        RabbitTopology unknown = RabbitTopology.create().exchange(Rabbit.name("x"), "x-unknown");
        assertThatThrownBy(() -> unknown.declare(Rabbit.settings(server))).hasMessageContaining("plugin");
    }

    @Test
    void aSourceWithoutAQueueIsRefusedAndOneIsStartedOnce() {
        assertThatThrownBy(() -> plain().build()).hasMessageContaining("1 to 1000 queues");
        assertThatThrownBy(() -> plain().queues("")).hasMessageContaining("255");
        assertThatThrownBy(() -> plain().prefetch(0)).hasMessageContaining("65535");
        Reading reading = read(plain().queues(rabbit.queue()));
        assertThatThrownBy(() -> reading.source().start(reading)).isInstanceOf(IllegalStateException.class);
    }
}
