package dev.outbox.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import dev.outbox.Message;
import dev.outbox.spi.FailureText;
import dev.outbox.spi.Outcome;
import dev.outbox.testkit.Outcomes;
import dev.outbox.testservers.RabbitServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each trouble has its named outcome and says what to do, and none holds up the caller. */
@Timeout(300)
class RabbitTransportIT {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final Duration AT_ONCE = Duration.ofSeconds(2);
    private static RabbitServer server;
    private static Rabbit rabbit;

    private RabbitTransport transport;

    @BeforeAll
    static void startServer() {
        server = RabbitServer.start(Map.of("max_message_size", "2000000"), RabbitServer.Extra.SECURED);
        rabbit = Rabbit.of(server);
    }

    @AfterAll
    static void closeServer() {
        rabbit.close();
        server.close();
    }

    @AfterEach
    void close() {
        transport.close();
    }

    /** One that waits long enough for its first connection on any machine. */
    private static RabbitTransport.Builder plain() {
        return RabbitTransport.with(Rabbit.settings(server)).unavailableAfter(Duration.ofSeconds(40));
    }

    @Test
    void aDestinationIsAnExchangeWithTheTypeOrItsOwnRoutingKeyOrAQueue() {
        String topic = rabbit.exchange(BuiltinExchangeType.TOPIC);
        String placed = rabbit.queue();
        String eu = rabbit.queue();
        String direct = rabbit.quorumQueue();
        rabbit.bind(placed, topic, "Order*.Placed");
        rabbit.bind(eu, topic, "eu.#");
        transport = plain().build();
        Outcomes outcomes = new Outcomes(transport);

        assertThat(outcomes.outcome(Message.to(topic).type("Order.Placed").text("a")))
                .isInstanceOf(Outcome.Rejected.class);
        rabbit.bind(placed, topic, "Order.Placed");
        assertThat(outcomes.outcome(Message.to(topic).type("Order.Placed").text("a")))
                .isEqualTo(Outcome.CONFIRMED);
        assertThat(outcomes.outcome(Message.to(topic + "/eu.orders/1").text("b")))
                .isEqualTo(Outcome.CONFIRMED);
        assertThat(outcomes.outcome(Message.to("/" + direct).text("c"))).isEqualTo(Outcome.CONFIRMED);
        assertThat(bodies(placed)).containsExactly("a");
        assertThat(bodies(eu)).containsExactly("b");
        assertThat(bodies(direct)).containsExactly("c");
    }

    private static List<String> bodies(String queue) {
        return rabbit.take(queue).stream()
                .map(one -> new String(one.getBody(), java.nio.charset.StandardCharsets.UTF_8))
                .toList();
    }

    @Test
    void anUnroutableMessageIsRejectedAndItsNeighboursAreConfirmed() {
        String exchange = rabbit.exchange(BuiltinExchangeType.DIRECT);
        String queue = rabbit.queue();
        rabbit.bind(queue, exchange, "known");
        transport = plain().build();
        Outcomes outcomes = new Outcomes(transport);
        assertThat(outcomes.outcome(Message.to(exchange).type("known").text("first")))
                .isEqualTo(Outcome.CONFIRMED);

        List<Long> tokens = IntStream.range(0, 300)
                .mapToObj(i -> outcomes.send(
                        Message.to(exchange).type(i % 3 == 0 ? "lost" : "known").text("x")))
                .toList();
        for (int i = 0; i < 300; i++) {
            Outcome outcome = outcomes.await(tokens.get(i), BOUND);
            if (i % 3 == 0) {
                assertThat(outcome).isInstanceOf(Outcome.Rejected.class);
                assertThat(text(outcome)).contains("unroutable", exchange, "'lost'", "redrive");
            } else {
                assertThat(outcome).isEqualTo(Outcome.CONFIRMED);
            }
        }
        assertThat(rabbit.take(queue)).hasSize(201);
    }

    @Test
    void g8_aMissingExchangeIsUnavailableUntilSomebodyCreatesItAndHoldsUpNoOther() throws Exception {
        String queue = rabbit.queue();
        String later = Rabbit.name("later");
        transport = plain().build();
        Outcomes outcomes = new Outcomes(transport);
        List<Long> fine = IntStream.range(0, 200)
                .mapToObj(i -> outcomes.send(Message.to("/" + queue).text("x")))
                .toList();
        // One after the other, and all of them within the time after which no connection is the reason.
        List<Long> lost = IntStream.range(0, 10)
                .mapToObj(i -> outcomes.send(Message.to(later).text("x")))
                .toList();
        List<Long> more = IntStream.range(0, 200)
                .mapToObj(i -> outcomes.send(Message.to("/" + queue).text("x")))
                .toList();

        fine.forEach(token -> assertThat(outcomes.await(token, BOUND)).isEqualTo(Outcome.CONFIRMED));
        more.forEach(token -> assertThat(outcomes.await(token, BOUND)).isEqualTo(Outcome.CONFIRMED));
        lost.forEach(token ->
                assertUnavailable(outcomes.await(token, BOUND), later, "the exchange does not exist: create it"));
        rabbit.channel().exchangeDeclare(later, BuiltinExchangeType.FANOUT, true);
        rabbit.bind(queue, later, "");
        assertThat(outcomes.outcome(Message.to(later).text("x"))).isEqualTo(Outcome.CONFIRMED);
    }

    @Test
    void anExchangeThatIsDeletedLeavesNothingConfirmedThatIsNotThere() throws Exception {
        String exchange = rabbit.exchange(BuiltinExchangeType.FANOUT);
        String queue = rabbit.queue();
        rabbit.bind(queue, exchange, "");
        transport = plain().build();
        Outcomes outcomes = new Outcomes(transport);
        assertThat(outcomes.outcome(Message.to(exchange).text("x"))).isEqualTo(Outcome.CONFIRMED);

        List<Long> before = IntStream.range(0, 200)
                .mapToObj(i -> outcomes.send(Message.to(exchange).text("x")))
                .toList();
        rabbit.channel().exchangeDelete(exchange);
        List<Long> after = IntStream.range(0, 200)
                .mapToObj(i -> outcomes.send(Message.to(exchange).text("x")))
                .toList();
        long confirmed = java.util.stream.Stream.concat(before.stream(), after.stream())
                .map(token -> outcomes.await(token, BOUND))
                .peek(outcome -> assertThat(outcome)
                        .isInstanceOfAny(Outcome.Confirmed.class, Outcome.Unknown.class, Outcome.Unavailable.class))
                .filter(Outcome.CONFIRMED::equals)
                .count();
        assertThat((long) rabbit.take(queue).size()).isGreaterThanOrEqualTo(confirmed + 1);
        assertUnavailable(outcomes.outcome(Message.to(exchange).text("x")), exchange, "create it");
    }

    @Test
    void aMessageThatTheBrokerDoesNotTakeIsRejectedWhenItGoesAlone() {
        String queue = rabbit.queue();
        transport = plain().build();
        Outcomes outcomes = new Outcomes(transport);

        Outcome alone = outcomes.outcome(Message.to("/" + queue).bytes(new byte[2_000_001]));
        assertThat(alone).isInstanceOf(Outcome.Rejected.class);
        assertThat(text(alone)).contains("max_message_size", "reference");
        assertThat(outcomes.outcome(Message.to("/" + queue).text("x"))).isEqualTo(Outcome.CONFIRMED);
    }

    @Test
    void anInternalExchangeAndAMissingRightAreUnavailable() throws Exception {
        String internal = Rabbit.name("internal");
        rabbit.channel().exchangeDeclare(internal, BuiltinExchangeType.FANOUT, true, false, true, Map.of());
        transport = plain().build();
        assertUnavailable(new Outcomes(transport).outcome(Message.to(internal).text("x")), internal, "right to write");
        transport.close();

        String exchange = rabbit.exchange(BuiltinExchangeType.FANOUT);
        ConnectionFactory reader = Rabbit.settings(server);
        reader.setUsername("reader");
        reader.setPassword(server.addUser("reader", "^$", "^nothing$", ".*"));
        transport = RabbitTransport.with(reader).build();
        assertUnavailable(new Outcomes(transport).outcome(Message.to(exchange).text("x")), exchange, "right to write");
    }

    @Test
    void g8_aFullQueueThatRejectsIsUnavailableUntilThereIsRoom() {
        String queue = rabbit.queue(Map.of("x-max-length", 2, "x-overflow", "reject-publish"));
        transport = plain().build();
        Outcomes outcomes = new Outcomes(transport);
        Message message = Message.to("/" + queue).text("x");

        Awaitility.await("the queue is full")
                .atMost(BOUND)
                .until(() -> outcomes.outcome(message) instanceof Outcome.Unavailable);
        assertUnavailable(outcomes.outcome(message), queue, "a queue is full");
        assertThat(rabbit.take(queue)).isNotEmpty();
        Awaitility.await("there is room")
                .atMost(BOUND)
                .until(() -> outcomes.outcome(message) instanceof Outcome.Confirmed);
    }

    @Test
    void g8_aWrongPasswordIsUnavailableUntilTheUserIsThereAndIsNamedNowhere() {
        ConnectionFactory late = Rabbit.settings(server);
        late.setUsername("late");
        late.setPassword("mot-de-passe");
        String queue = rabbit.queue();
        transport = RabbitTransport.with(late).build();
        Outcomes outcomes = new Outcomes(transport);

        Outcome refused = outcomes.outcome(Message.to("/" + queue).text("x"));
        assertUnavailable(refused, "check the user and the password");
        assertThat(text(refused)).doesNotContain("mot-de-passe");
        server.control("add_user", "late", "mot-de-passe");
        Awaitility.await("the user lacks the right to enter")
                .atMost(BOUND)
                .until(() -> text(outcomes.outcome(Message.to("/" + queue).text("x")))
                        .contains("virtual host"));
        server.control("set_permissions", "late", "^$", ".*", "^$");
        Awaitility.await("the user may write")
                .atMost(BOUND)
                .until(() -> outcomes.outcome(Message.to("/" + queue).text("x")) == Outcome.CONFIRMED);
    }

    @Test
    void aVirtualHostThatIsNotThereIsUnavailable() {
        ConnectionFactory elsewhere = Rabbit.settings(server);
        elsewhere.setVirtualHost("elsewhere");
        transport = RabbitTransport.with(elsewhere).build();
        assertUnavailable(new Outcomes(transport).outcome(Message.to("/q").text("x")), "the virtual host exists");
    }

    @Test
    void overTlsAUserWithTheLeastRightsPublishes() {
        String exchange = rabbit.exchange(BuiltinExchangeType.FANOUT);
        String queue = rabbit.queue();
        rabbit.bind(queue, exchange, "");
        String password = server.addUser("publisher", "^$", "^" + exchange + "$", "^$");
        transport = RabbitTransport.to("amqps://publisher:" + password + "@localhost:" + server.securedPort())
                .tls(server.trust())
                .unavailableAfter(Duration.ofSeconds(40))
                .build();
        Message message = Message.to(exchange).key("k").text("secret");

        assertThat(new Outcomes(transport).outcome(message)).isEqualTo(Outcome.CONFIRMED);
        assertThat(rabbit.messages(queue, exchange)).containsExactly(message);
    }

    @Test
    void aBrokerWhoseCertificateNobodyTrustsIsUnavailable() {
        transport = RabbitTransport.to("amqps://u:p@localhost:" + server.securedPort())
                .build();
        assertUnavailable(new Outcomes(transport).outcome(Message.to("/q").text("x")), "check the certificates");
    }

    @Test
    void g10_withoutABrokerNobodyWaitsAndNothingIsCharged() {
        transport = RabbitTransport.to("amqp://u:p@localhost:1")
                .unavailableAfter(AT_ONCE.multipliedBy(2))
                .build();
        Outcomes outcomes = new Outcomes(transport);
        long begin = System.nanoTime();
        long token = outcomes.send(Message.to("/q").text("x"));
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(AT_ONCE);
        assertUnavailable(outcomes.await(token, BOUND), "see whether the broker runs");
    }

    @Test
    void aRouteThatFailsIsAFailedAttemptAndOneThatCannotBeIsRejected() {
        transport = plain().routes(message -> {
                    if (message.type().equals("bad")) {
                        return new RabbitRoute("x".repeat(256), "");
                    }
                    throw new UnsupportedOperationException("the caller's");
                })
                .build();
        Outcomes outcomes = new Outcomes(transport);
        assertThat(outcomes.outcome(Message.to("a").type("bad").text("x"))).isInstanceOf(Outcome.Rejected.class);
        assertThat(outcomes.outcome(Message.to("a").text("x"))).isInstanceOf(Outcome.Failed.class);
    }

    @Test
    void whatIsPublishedIsPersistentAndHasThePropertiesOfAmqp() {
        String queue = rabbit.queue();
        transport = plain().source("/shop").build();
        Message message = Message.to("/" + queue).key("k").correlationId("c").text("x");
        assertThat(new Outcomes(transport).outcome(message)).isEqualTo(Outcome.CONFIRMED);

        GetResponse arrived = rabbit.take(queue).get(0);
        assertThat(arrived.getProps().getDeliveryMode()).isEqualTo(2);
        assertThat(arrived.getProps().getMessageId()).isEqualTo(message.id());
        assertThat(arrived.getProps().getType()).isEqualTo(message.type());
        assertThat(arrived.getProps().getCorrelationId()).isEqualTo("c");
        assertThat(arrived.getProps().getContentType()).isEqualTo("text/plain; charset=utf-8");
        assertThat(arrived.getProps().getHeaders().get("cloudEvents_source")).hasToString("/shop");
        assertThat(arrived.getProps().getHeaders().get("cloudEvents_partitionkey"))
                .hasToString("k");
    }

    @Test
    void headersThatDoNotFitIntoAFrameAreRejectedAndTheChannelGoesOn() {
        String queue = rabbit.queue();
        ConnectionFactory small = Rabbit.settings(server);
        small.setRequestedFrameMax(4_096);
        transport = RabbitTransport.with(small).build();
        Outcomes outcomes = new Outcomes(transport);
        assertThat(outcomes.outcome(Message.to("/" + queue).text("x"))).isEqualTo(Outcome.CONFIRMED);

        Outcome outcome = outcomes.outcome(
                Message.to("/" + queue).header("h", "x".repeat(5_000)).text("x"));
        assertThat(outcome).isInstanceOf(Outcome.Rejected.class);
        assertThat(text(outcome)).contains("frame");
        assertThat(outcomes.outcome(Message.to("/" + queue).text("x"))).isEqualTo(Outcome.CONFIRMED);
    }

    @Test
    void anAddressThatIsNoneIsRefusedWithoutItsPassword() {
        transport = plain().build();
        assertThatThrownBy(() -> RabbitTransport.to("amqp://user:geheim word@host"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("amqp://")
                .hasMessageNotContaining("geheim")
                .hasNoCause();
    }

    static void assertUnavailable(Outcome outcome, String... parts) {
        assertThat(outcome).isInstanceOf(Outcome.Unavailable.class);
        assertThat(text(outcome)).contains(parts);
    }

    static String text(Outcome outcome) {
        if (outcome instanceof Outcome.Unavailable unavailable) {
            return FailureText.of(unavailable.error());
        } else if (outcome instanceof Outcome.Rejected rejected) {
            return FailureText.of(rejected.error());
        } else if (outcome instanceof Outcome.Unknown unknown) {
            return FailureText.of(unknown.error());
        } else if (outcome instanceof Outcome.Failed failed) {
            return FailureText.of(failed.error());
        }
        return "";
    }
}
