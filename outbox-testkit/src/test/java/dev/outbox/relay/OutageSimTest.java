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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** G8, G10: a destination is down for ten minutes, in virtual time, while messages keep coming: probes are few, nothing is charged, and its return is no storm. */
class OutageSimTest {
    private static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final int PER_SECOND = 20;
    private static final double RATE = 60;
    private static final long DOWN_FROM = 30 * SECOND;
    private static final long DOWN_UNTIL = DOWN_FROM + 600 * SECOND;
    private static final long END = DOWN_UNTIL + 600 * SECOND;

    private long now;
    private final InMemoryStore store = new InMemoryStore(() -> BEGINNING.plusNanos(now));
    private final Destination destination = new Destination();
    private int published;

    @Test
    void g8_tenMinutesOfOutageCostNoAttemptAndEndWithoutAStorm() {
        RelayEngine engine = new RelayEngine(parts(), now, () -> {});
        while (now < END) {
            publish();
            int work = engine.step(now);
            long wait = work > 0 ? 50_000 : Math.max(10_000, engine.nanosUntilStep(now));
            now += Math.min(wait, SECOND / PER_SECOND);
        }

        long probes = destination.sentBetween(DOWN_FROM + SECOND, DOWN_UNTIL);
        long most = destination.mostInOneSecondFrom(DOWN_UNTIL);
        System.out.printf(
                "outage of 600 s: %d probes, then at most %d a second with a rate of %.0f; %d sent after it for %d published%n",
                probes, most, RATE, destination.sentBetween(DOWN_UNTIL, END), published);
        assertThat(probes).isBetween(10L, 90L);
        assertThat(destination.confirmed)
                .as("confirmed, each once")
                .doesNotHaveDuplicates()
                .hasSize(published);
        assertThat(destination.highestAttempt).as("attempts").isEqualTo(1);
        assertThat(store.deadLetters().count(DeadLetterQuery.all())).isZero();
        assertThat(most).isLessThanOrEqualTo((long) (1.1 * RATE));
        assertThat(destination.sentBetween(DOWN_UNTIL, END)).isLessThanOrEqualTo((long) (1.1 * published));
    }

    private RelayParts parts() {
        return new RelayParts(
                "relay",
                store,
                name -> destination,
                RelayOptions.defaults(),
                Map.of("d", RATE),
                Map.of(),
                RelayListener.NONE,
                Runnable::run,
                Runnable::run,
                new Random(1),
                () -> BEGINNING.plusNanos(now));
    }

    /** The last minute is for what is left. */
    private void publish() {
        while (now < END - 60 * SECOND && published < now * PER_SECOND / SECOND) {
            store.publish(Message.to("d")
                    .id("m" + published)
                    .key("k" + published % 50)
                    .text("x"));
            published++;
        }
    }

    private final class Destination implements Transport {
        private final List<Long> sent = new ArrayList<>();
        private final List<String> confirmed = new ArrayList<>();
        private int highestAttempt;

        @Override
        public void send(List<Outgoing> batch, OutcomeListener outcomes) {
            for (Outgoing sending : batch) {
                sent.add(now);
                highestAttempt = Math.max(highestAttempt, sending.attempt());
                if (now >= DOWN_FROM && now < DOWN_UNTIL) {
                    outcomes.onOutcome(sending.token(), new Outcome.Unavailable(new IllegalStateException("down")));
                } else {
                    confirmed.add(sending.message().id());
                    outcomes.onOutcome(sending.token(), Outcome.CONFIRMED);
                }
            }
        }

        long sentBetween(long from, long until) {
            return sent.stream().filter(at -> at >= from && at < until).count();
        }

        long mostInOneSecondFrom(long from) {
            long most = 0;
            int first = 0;
            for (int last = 0; last < sent.size(); last++) {
                while (sent.get(last) - sent.get(first) >= SECOND) {
                    first++;
                }
                most = sent.get(first) >= from ? Math.max(most, last - first + 1) : most;
            }
            return most;
        }

        @Override
        public void close() {}
    }
}
