package dev.outbox.rabbitmq;

import static dev.outbox.rabbitmq.RabbitTransportIT.assertUnavailable;
import static dev.outbox.rabbitmq.RabbitTransportIT.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.Message;
import dev.outbox.spi.Outcome;
import dev.outbox.testkit.Outcomes;
import dev.outbox.testservers.Bars;
import dev.outbox.testservers.FaultyProxy;
import dev.outbox.testservers.RabbitServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Outages lose nothing, and what certainly did not arrive is unavailable and nothing else. The alarm lasts for 3 seconds, or as many as the system property
 * {@code dev.outbox.rabbitmq.alarmSeconds} says.
 */
@Timeout(300)
class OutageIT {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final int ALARM_SECONDS = Integer.getInteger("dev.outbox.rabbitmq.alarmSeconds", 3);
    /** For messages that the broker reads nothing of. */
    private static final Duration HANDED_OVER = Bars.atMost(Duration.ofSeconds(1), Duration.ofSeconds(20));

    private static RabbitServer server;

    private RabbitTransport transport;

    @BeforeAll
    static void startServer() {
        server = RabbitServer.start();
    }

    @AfterAll
    static void closeServer() {
        server.close();
    }

    @AfterEach
    void close() {
        transport.close();
    }

    private static String queue() {
        try (Rabbit rabbit = Rabbit.of(server)) {
            return rabbit.quorumQueue();
        }
    }

    private static String queueThatSurvivesAKill() {
        try (Rabbit rabbit = Rabbit.of(server)) {
            String queue = rabbit.queue();
            server.keepDeclarations();
            return queue;
        }
    }

    private static void raiseMemoryAlarm() {
        server.raiseMemoryAlarm();
        Awaitility.await("the alarm")
                .atMost(BOUND)
                .until(() ->
                        server.control("eval", "rabbit_alarm:get_alarms().").contains("memory"));
    }

    private static List<Message> arrived(String queue) {
        try (Rabbit rabbit = Rabbit.of(server)) {
            return rabbit.messages(queue, queue);
        }
    }

    @Test
    void g8_anAlarmMakesTheDestinationUnavailableAndGoesByItself() {
        String queue = queue();
        transport = RabbitTransport.with(Rabbit.settings(server))
                .unavailableAfter(Duration.ofMillis(300))
                .confirmTimeout(Duration.ofSeconds(2))
                .build();
        Outcomes outcomes = new Outcomes(transport);
        outcomes.warm(Message.to("/" + queue).text("before"));

        raiseMemoryAlarm();
        try {
            // The broker says so when it meets the first message after it.
            Awaitility.await("the broker has said so").atMost(BOUND).until(() -> {
                Outcome early = outcomes.outcome(Message.to("/" + queue).text("early"));
                assertThat(early).isInstanceOfAny(Outcome.Unknown.class, Outcome.Unavailable.class);
                return text(early).contains("blocks publishers");
            });
            long end = System.nanoTime() + Duration.ofSeconds(ALARM_SECONDS).toNanos();
            while (System.nanoTime() - end < 0) {
                assertUnavailable(
                        outcomes.outcome(Message.to("/" + queue).text("while")), "blocks publishers", "memory");
            }
        } finally {
            server.clearMemoryAlarm();
        }
        Awaitility.await("messages go again")
                .atMost(BOUND)
                .until(() -> outcomes.outcome(Message.to("/" + queue).text("after")) == Outcome.CONFIRMED);
        assertThat(arrived(queue))
                .extracting(message -> message.payload().toUtf8String())
                .doesNotContain("while");
    }

    @Test
    void g10_anAlarmAmidLargeMessagesHoldsUpNoCallerAndLosesNothing() {
        String queue = queue();
        transport = RabbitTransport.with(Rabbit.settings(server))
                .unavailableAfter(Duration.ofMillis(300))
                .confirmTimeout(Duration.ofSeconds(2))
                .build();
        Outcomes outcomes = new Outcomes(transport);
        outcomes.warm(Message.to("/" + queue).text("before"));
        raiseMemoryAlarm();
        Map<String, Outcome> byId = new HashMap<>();
        try {
            Map<String, Long> tokens = new HashMap<>();
            long begin = System.nanoTime();
            for (int i = 0; i < 40; i++) {
                Message large = Message.to("/" + queue).id("large-" + i).bytes(new byte[500_000]);
                tokens.put(large.id(), outcomes.send(large));
            }
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(HANDED_OVER);
            tokens.forEach((id, token) -> byId.put(id, outcomes.await(token, transport.sendTimeout())));
        } finally {
            server.clearMemoryAlarm();
        }
        Awaitility.await("messages go again")
                .atMost(BOUND)
                .until(() ->
                        outcomes.outcome(Message.to("/" + queue).id("after").text("x")) == Outcome.CONFIRMED);
        Set<String> arrived = arrived(queue).stream().map(Message::id).collect(Collectors.toSet());
        byId.forEach((id, outcome) -> {
            if (outcome == Outcome.CONFIRMED) {
                assertThat(arrived).contains(id);
            } else if (outcome instanceof Outcome.Unavailable) {
                assertThat(arrived).doesNotContain(id);
            } else {
                assertThat(outcome).isInstanceOf(Outcome.Unknown.class);
            }
        });
    }

    @Test
    void g1_aConnectionCutAmidABatchConfirmsNothingThatIsNotThere() {
        String warm = queue();
        List<Message> arrived = new ArrayList<>();
        Map<String, Outcome> byId = new HashMap<>();
        try (FaultyProxy proxy = FaultyProxy.to(server.host(), server.port())) {
            transport = RabbitTransport.with(Rabbit.settings(server, proxy.host(), proxy.port()))
                    .build();
            Outcomes outcomes = new Outcomes(transport);
            for (int round = 0; round < 2; round++) {
                String queue = queue();
                awaitConnected(outcomes, warm);
                Map<String, Long> tokens = sendSomeAndLoseConfirms(proxy, outcomes, queue);
                proxy.cut();
                proxy.deliverReplies();
                tokens.forEach((id, token) -> byId.put(id, outcomes.await(token, BOUND)));
                arrived.addAll(arrived(queue));
            }
            assertTold(byId, arrived);
        }
    }

    /** Sends to an empty queue some that are confirmed, some that arrive and whose confirms do not, and some more of which nothing is known. */
    private static Map<String, Long> sendSomeAndLoseConfirms(FaultyProxy proxy, Outcomes outcomes, String queue) {
        Map<String, Long> tokens = new HashMap<>();
        List<Long> confirmed = send(outcomes, queue, "confirmed", tokens);
        confirmed.forEach(token -> assertThat(outcomes.await(token, BOUND)).isEqualTo(Outcome.CONFIRMED));
        proxy.dropReplies();
        send(outcomes, queue, "unknown", tokens);
        try (Rabbit rabbit = Rabbit.of(server)) {
            Awaitility.await("some have arrived whose confirms are lost")
                    .atMost(BOUND)
                    .until(() -> rabbit.count(queue) > confirmed.size());
        }
        send(outcomes, queue, "any", tokens);
        return tokens;
    }

    private static List<Long> send(Outcomes outcomes, String queue, String prefix, Map<String, Long> tokens) {
        return IntStream.range(0, 200)
                .mapToObj(i -> {
                    Message message =
                            Message.to("/" + queue).id(queue + prefix + i).bytes(new byte[2_000]);
                    long token = outcomes.send(message);
                    tokens.put(message.id(), token);
                    return token;
                })
                .toList();
    }

    private static void awaitConnected(Outcomes outcomes, String queue) {
        Awaitility.await("messages go")
                .atMost(BOUND)
                .until(() -> outcomes.outcome(Message.to("/" + queue).text("x")) == Outcome.CONFIRMED);
    }

    private static void assertTold(Map<String, Outcome> byId, List<Message> arrived) {
        Set<String> ids = arrived.stream().map(Message::id).collect(Collectors.toSet());
        byId.forEach((id, outcome) -> {
            assertThat(outcome)
                    .as(id)
                    .isInstanceOfAny(Outcome.Confirmed.class, Outcome.Unknown.class, Outcome.Unavailable.class);
            if (outcome instanceof Outcome.Confirmed) {
                assertThat(ids).contains(id);
            } else if (outcome instanceof Outcome.Unavailable) {
                assertThat(ids).doesNotContain(id);
            }
        });
        assertThat(byId.values().stream().anyMatch(Outcome.CONFIRMED::equals))
                .as("some are confirmed")
                .isTrue();
        assertThat(byId.values().stream().anyMatch(Outcome.Unknown.class::isInstance))
                .as("some are unknown")
                .isTrue();
    }

    @Test
    void g1_aBrokerThatIsKilledAmidABatchHasWhatItConfirmedWhenItIsBack() {
        String queue = queueThatSurvivesAKill();
        String warm = queue();
        try (FaultyProxy proxy = FaultyProxy.to(server.host(), server.port())) {
            transport = RabbitTransport.with(Rabbit.settings(server, proxy.host(), proxy.port()))
                    .build();
            Outcomes outcomes = new Outcomes(transport);
            awaitConnected(outcomes, warm);
            Map<String, Long> tokens = sendSomeAndLoseConfirms(proxy, outcomes, queue);
            server.kill();
            proxy.deliverReplies();
            Map<String, Outcome> byId = new HashMap<>();
            tokens.forEach((id, token) -> byId.put(id, outcomes.await(token, BOUND)));
            assertUnavailable(outcomes.outcome(Message.to("/" + queue).text("x")), "see whether the broker runs");

            server.restart();
            awaitConnected(outcomes, queue);
            assertTold(byId, arrived(queue));
        }
    }

    @Test
    void g8_aFrozenBrokerIsAnOutageAndWhatWasUnderWayIsUnknown() {
        String queue = queue();
        transport = RabbitTransport.with(Rabbit.settings(server))
                .unavailableAfter(Duration.ofMillis(500))
                .confirmTimeout(Duration.ofSeconds(3))
                .build();
        Outcomes outcomes = new Outcomes(transport);
        outcomes.warm(Message.to("/" + queue).id("first").text("x"));
        server.pause();
        List<Outcome> got = new ArrayList<>();
        try {
            List<Long> tokens = IntStream.range(0, 60)
                    .mapToObj(i ->
                            outcomes.send(Message.to("/" + queue).id("m" + i).bytes(new byte[300_000])))
                    .toList();
            tokens.forEach(token -> got.add(outcomes.await(token, transport.sendTimeout())));
        } finally {
            server.resume();
        }
        assertThat(got)
                .allSatisfy(outcome ->
                        assertThat(outcome).isInstanceOfAny(Outcome.Unknown.class, Outcome.Unavailable.class));
        Awaitility.await("messages go again")
                .atMost(BOUND)
                .until(() ->
                        outcomes.outcome(Message.to("/" + queue).id("after").text("x")) == Outcome.CONFIRMED);
    }
}
