package dev.outbox.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.Message;
import dev.outbox.retry.Backoff;
import dev.outbox.spi.RowRef;
import dev.outbox.spi.StoredMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class InFlightTest {
    private final InFlight inFlight = new InFlight();

    @Test
    void aTokenFindsItsSendingOnce() {
        Held held = held(1);
        long token = inFlight.add(held);

        assertThat(inFlight.remove(token)).isSameAs(held);
        assertThat(inFlight.remove(token)).isNull();
        assertThat(inFlight.size()).isZero();
    }

    @Test
    void aLateSecondOutcomeDoesNotFindTheNextSendingInTheSamePlace() {
        long first = inFlight.add(held(1));
        inFlight.remove(first);
        long second = inFlight.add(held(2));

        assertThat(second).isNotEqualTo(first);
        assertThat(inFlight.remove(first)).isNull();
        assertThat(inFlight.size()).isEqualTo(1);
    }

    @Test
    void aTokenThatWasNeverGivenFindsNothing() {
        inFlight.add(held(1));

        assertThat(inFlight.remove(0)).isNull();
        assertThat(inFlight.remove(Long.MAX_VALUE)).isNull();
    }

    @Test
    void everySendingIsFoundByItsOwnTokenHoweverManyThereAre() {
        Random random = new Random(7);
        Map<Long, Held> expected = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            if (expected.isEmpty() || random.nextInt(5) < 3) {
                Held held = held(i);
                assertThat(expected.put(inFlight.add(held), held))
                        .as("token of %d", i)
                        .isNull();
            } else {
                long token = expected.keySet().iterator().next();
                assertThat(inFlight.remove(token)).isSameAs(expected.remove(token));
            }
            assertThat(inFlight.size()).isEqualTo(expected.size());
        }
        Set<Held> seen = new HashSet<>();
        inFlight.forEach(seen::add);
        assertThat(seen).isEqualTo(new HashSet<>(expected.values()));
    }

    @Test
    void sendingsMayEndWhileTheyAreVisited() {
        List<Long> tokens = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            tokens.add(inFlight.add(held(i)));
        }

        inFlight.forEach(held -> inFlight.remove(tokens.get((int) held.position())));

        assertThat(inFlight.size()).isZero();
    }

    private static Held held(long position) {
        Message message = Message.to("orders").id("m" + position).text("x");
        StoredMessage stored = new StoredMessage(new RowRef(0, position, message.id()), message, Instant.EPOCH);
        Lane lane = new Lane("orders", new NoRoute(), Backoff.fixed(Duration.ofSeconds(1)), null, null);
        return new Held(stored, new KeyQueue(null, lane), 1, false);
    }
}
