package dev.outbox.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import dev.outbox.Message;
import dev.outbox.internal.sending.Keeper;
import dev.outbox.spi.Outgoing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class UnconfirmedTest {
    @Test
    void aConfirmOfManyAnswersForAllUpToItAndOneOfOneForThatAlone() {
        Unconfirmed unconfirmed = new Unconfirmed();
        RabbitSending[] sent = new RabbitSending[6];
        for (int tag = 1; tag <= 5; tag++) {
            sent[tag] = sending("m" + tag);
            unconfirmed.add(sent[tag], tag);
        }
        assertThat(unconfirmed.settle(2, false)).containsExactly(sent[2]);
        assertThat(unconfirmed.settle(2, false)).isEmpty();
        assertThat(unconfirmed.settle(9, false)).isEmpty();
        assertThat(unconfirmed.publishedBefore(4)).containsExactly(sent[1], sent[3]);
        assertThat(unconfirmed.settle(4, true)).containsExactly(sent[1], sent[3], sent[4]);
        assertThat(unconfirmed.size()).isEqualTo(1);
        assertThat(unconfirmed.drain()).containsExactly(sent[5]);
        assertThat(unconfirmed.drain()).isEmpty();
    }

    @Test
    void returnsMeetTheMessagesOfTheirIdInTheOrderOfPublishing() {
        Unconfirmed unconfirmed = new Unconfirmed();
        RabbitSending first = sending("same");
        RabbitSending second = sending("same");
        unconfirmed.add(first, 0);
        unconfirmed.add(second, 0);

        assertThat(unconfirmed.returned("same")).contains(first);
        first.returned("NO_ROUTE");
        assertThat(unconfirmed.returned("same")).contains(second);
        assertThat(unconfirmed.returned("other")).isEmpty();
    }

    @Test
    void itAgreesWithASortedMapWhateverComes() {
        for (long seed = 0; seed < 100; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Unconfirmed unconfirmed = new Unconfirmed();
            NavigableMap<Long, RabbitSending> model = new TreeMap<>();
            long last = 0;
            for (int step = 0; step < 300; step++) {
                if (random.nextInt(3) > 0) {
                    RabbitSending sending = sending("m" + step);
                    unconfirmed.add(sending, step);
                    model.put(++last, sending);
                } else {
                    long tag = random.nextLong(last + 3);
                    boolean multiple = random.nextBoolean();
                    assertThat(unconfirmed.settle(tag, multiple))
                            .as("seed %s step %s", seed, step)
                            .containsExactlyElementsOf(take(model, tag, multiple));
                }
                assertThat(unconfirmed.size()).as("seed %s", seed).isEqualTo(model.size());
            }
            assertThat(unconfirmed.drain()).as("seed %s", seed).containsExactlyElementsOf(model.values());
        }
    }

    private static List<RabbitSending> take(NavigableMap<Long, RabbitSending> model, long tag, boolean multiple) {
        List<RabbitSending> taken = new ArrayList<>();
        if (multiple) {
            taken.addAll(model.headMap(tag, true).values());
            model.headMap(tag, true).clear();
        } else if (model.containsKey(tag)) {
            taken.add(model.remove(tag));
        }
        return taken;
    }

    private static RabbitSending sending(String id) {
        Outgoing outgoing = new Outgoing(1, Message.to("orders").id(id).text("x"), Instant.EPOCH, 1);
        Keeper keeper = new Keeper("RabbitMQ", Duration.ZERO, Duration.ZERO);
        Broker broker = Broker.of(Broker.parse("amqp://localhost"), "");
        BasicProperties properties = new CloudEvents("outbox").properties(outgoing);
        return new RabbitSending(
                outgoing,
                RabbitRoute.of(outgoing.message()),
                properties,
                (token, outcome) -> {},
                new Connections(broker, Duration.ofSeconds(1), keeper));
    }
}
