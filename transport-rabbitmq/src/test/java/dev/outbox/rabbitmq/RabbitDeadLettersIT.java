package dev.outbox.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.AMQP.BasicProperties;
import dev.outbox.Delivery;
import dev.outbox.Message;
import dev.outbox.consumer.Consumer;
import dev.outbox.consumer.ConsumerBuilder;
import dev.outbox.consumer.Semantics;
import dev.outbox.retry.RetryPolicy;
import dev.outbox.spi.Incoming;
import dev.outbox.testservers.FaultyProxy;
import dev.outbox.testservers.RabbitServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a consumer gives up is rejected, and the broker gives it to the dead letter exchange of its queue. */
@Timeout(300)
class RabbitDeadLettersIT {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static RabbitServer server;
    private static Rabbit rabbit;

    private final String queue = Rabbit.name("payment.orders");
    private final String dead = queue + ".dead";
    private final Set<String> handled = ConcurrentHashMap.newKeySet();

    @BeforeAll
    static void startServer() {
        server = RabbitServer.start();
        rabbit = Rabbit.of(server);
    }

    @AfterAll
    static void closeServer() {
        rabbit.close();
        server.close();
    }

    private void declare() {
        RabbitTopology.create().deadLetterQueue(dead).orderedQueue(queue, dead).declare(Rabbit.settings(server));
    }

    @Test
    void g9_whatIsGivenUpGoesToTheDeadLetterQueueWithItsHistoryAndNothingElseDoes() {
        declare();
        IntStream.range(0, 30).forEach(i -> put(i == 7 || i == 20 ? "bad-" + i : "good-" + i));
        RabbitSource source = source();
        try (Consumer consumer = consumer(source).deadLettersBySource().start()) {
            Awaitility.await("28 are handled and 2 are dead")
                    .atMost(BOUND)
                    .until(() -> handled.size() == 28 && rabbit.count(dead) == 2);
            Awaitility.await("nothing is left")
                    .atMost(BOUND)
                    .until(() -> source.lag().orElse(-1) == 0);
            assertThat(consumer.statistics().dead()).isEqualTo(2);
        }
        assertThat(rabbit.count(queue)).isZero();
        List<Message> letters = rabbit.messages(dead, dead);
        assertThat(letters).extracting(Message::id).containsExactlyInAnyOrder("bad-7", "bad-20");
        assertThat(letters)
                .allSatisfy(letter -> assertThat(letter.headers().get("x-death").orElseThrow())
                        .contains("reason=rejected")
                        .contains("queue=" + queue));
    }

    @Test
    void g9_aRejectionThatIsCutOffIsNoLossAndAnAcknowledgementOfLaterOnesDoesNotCoverIt() {
        declare();
        try (FaultyProxy proxy = FaultyProxy.to(server.host(), server.port())) {
            RabbitSource source = RabbitSource.with(Rabbit.settings(server, proxy.host(), proxy.port()))
                    .queues(queue)
                    .build();
            try (Reading reading = Reading.from(source)) {
                IntStream.range(0, 5).forEach(i -> put("m" + i));
                List<Incoming> got = reading.await(5);
                source.setAside(got.get(1), got.get(1).message());
                proxy.cut();
                List<Incoming> again = reading.await(10).subList(5, 10);
                reading.source().acknowledge(got);
                source.setAside(again.get(1), again.get(1).message());
                reading.acknowledge(again);
            }
        }
        Awaitility.await("the broker has set it aside").atMost(BOUND).until(() -> rabbit.count(dead) == 1);
        assertThat(rabbit.messages(dead, dead)).extracting(Message::id).containsExactly("m1");
        assertThat(rabbit.count(queue)).isZero();
    }

    @Test
    void aQueueWithoutADeadLetterExchangeDropsWhatIsRejected() {
        rabbit.queue(queue, Map.of());
        put("bad");
        put("good");
        RabbitSource source = source();
        try (Consumer consumer = consumer(source).deadLettersBySource().start()) {
            Awaitility.await("nothing is left")
                    .atMost(BOUND)
                    .until(() -> handled.size() == 1 && source.lag().orElse(-1) == 0);
            assertThat(consumer.statistics().dead()).isEqualTo(1);
        }
        assertThat(rabbit.count(queue)).isZero();
    }

    @Test
    void whatContradictsItselfIsRefused() {
        try (RabbitTransport transport =
                RabbitTransport.with(Rabbit.settings(server)).build()) {
            ConsumerBuilder both = consumer(source()).deadLettersBySource().deadLettersTo(transport, "/dead");
            assertThatThrownBy(both::build)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("choose one");
            ConsumerBuilder first = consumer(source()).deadLettersBySource().semantics(Semantics.AT_MOST_ONCE);
            assertThatThrownBy(first::build).hasMessageContaining("nothing to set aside");
        }
    }

    private RabbitSource source() {
        return RabbitSource.with(Rabbit.settings(server)).queues(queue).build();
    }

    private ConsumerBuilder consumer(RabbitSource source) {
        return Consumer.of(source, "payment")
                .handler(this::handle)
                .retry(RetryPolicy.fixed(Duration.ofMillis(10)).maxAttempts(3));
    }

    private void handle(Delivery delivery) {
        if (delivery.message().id().startsWith("bad")) {
            throw new IllegalStateException("always");
        }
        handled.add(delivery.message().id());
    }

    private void put(String id) {
        BasicProperties properties =
                new BasicProperties.Builder().deliveryMode(2).messageId(id).build();
        try {
            rabbit.channel().basicPublish("", queue, properties, id.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
