package dev.outbox.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.Message;
import dev.outbox.spi.DeadLetterQuery;
import dev.outbox.spi.Outcome;
import dev.outbox.spi.OutcomeListener;
import dev.outbox.spi.Outgoing;
import dev.outbox.spi.Transport;
import dev.outbox.testkit.InMemoryStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * G4: a destination takes one message after another, so slowly that what is in flight at most could not all be confirmed within the send timeout. The relay learns how much is
 * too much: at first some messages time out and are sent again, later hardly any.
 */
class SlowDestinationSimTest {
    private static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int PER_SECOND = 50;
    private static final int IN_FLIGHT = 1_000;
    private static final int BACKLOG = 20_000;
    private static final long END = BACKLOG / PER_SECOND * SECOND + 200 * SECOND;

    private long now;
    private final InMemoryStore store = new InMemoryStore(() -> BEGINNING.plusNanos(now));
    private final Destination destination = new Destination();

    @Test
    void g4_aDestinationSlowerThanItsTimeoutAllowsIsNotSentMessagesInCircles() {
        for (int i = 0; i < BACKLOG; i++) {
            store.publish(Message.to("d").id("m" + i).key("k" + i % 5_000).text("x"));
        }
        RelayEngine engine = new RelayEngine(parts(), now, () -> {});
        while (now < END && destination.taken.size() < BACKLOG) {
            destination.work();
            int work = engine.step(now);
            long wait = work > 0 ? 50_000 : Math.max(10_000, engine.nanosUntilStep(now));
            now += Math.min(wait, SECOND / PER_SECOND);
        }
        System.out.printf(
                "destination of %d a second, %d in flight, timeout %d s: %d sent twice in %d s, %d of them in the second half%n",
                PER_SECOND, IN_FLIGHT, TIMEOUT.toSeconds(), destination.again, now / SECOND, destination.againLately);
        assertThat(destination.taken).as("taken").hasSize(BACKLOG);
        assertThat(destination.again).as("sent twice").isLessThanOrEqualTo(IN_FLIGHT);
        assertThat(destination.againLately).as("sent twice in the second half").isLessThanOrEqualTo(BACKLOG / 1_000);
        assertThat(store.deadLetters().count(DeadLetterQuery.all())).isZero();
    }

    private RelayParts parts() {
        return new RelayParts(
                "relay",
                store,
                name -> destination,
                RelayOptions.defaults().maxInFlight(IN_FLIGHT),
                Map.of(),
                Map.of(),
                RelayListener.NONE,
                Runnable::run,
                Runnable::run,
                new Random(1),
                () -> BEGINNING.plusNanos(now));
    }

    /** Takes the oldest message every fiftieth of a second. */
    private final class Destination implements Transport {
        private record Waiting(Outgoing sending, OutcomeListener outcomes) {}

        private final Deque<Waiting> waiting = new ArrayDeque<>();
        private final Set<String> sent = new HashSet<>();
        private final Set<String> taken = new HashSet<>();
        private int again;
        private int againLately;
        private long nextNanos;

        @Override
        public Duration sendTimeout() {
            return TIMEOUT;
        }

        @Override
        public void send(List<Outgoing> batch, OutcomeListener outcomes) {
            for (Outgoing sending : batch) {
                waiting.addLast(new Waiting(sending, outcomes));
                if (!sent.add(sending.message().id())) {
                    again++;
                    againLately += taken.size() > BACKLOG / 2 ? 1 : 0;
                }
            }
        }

        void work() {
            while (now >= nextNanos && !waiting.isEmpty()) {
                Waiting first = waiting.removeFirst();
                taken.add(first.sending().message().id());
                first.outcomes().onOutcome(first.sending().token(), Outcome.CONFIRMED);
                nextNanos = Math.max(nextNanos, now - SECOND / PER_SECOND) + SECOND / PER_SECOND;
            }
        }

        @Override
        public void close() {}
    }
}
