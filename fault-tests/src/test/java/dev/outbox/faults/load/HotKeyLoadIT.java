package dev.outbox.faults.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outbox.Message;
import dev.outbox.relay.Relay;
import dev.outbox.spi.Outcome;
import dev.outbox.spi.OutcomeListener;
import dev.outbox.spi.Outgoing;
import dev.outbox.spi.Slot;
import dev.outbox.spi.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * G10: a million messages of one key stand in front, each confirmed a millisecond after it was sent, and the messages of a hundred other keys, ten of them in the same
 * slot, leave soon: both those that stand behind when the relay starts, and those that come while it works. The aim is a second, which
 * {@code -Dload.seconds=1} demands; a busy machine takes longer to walk past the million.
 */
@Timeout(300)
class HotKeyLoadIT {
    private static final int HOT = 1_000_000;
    private static final String HOT_KEY = "hot";
    private static final Duration BOUND = Duration.ofSeconds(Integer.getInteger("load.seconds", 3));

    @Test
    void g10_otherKeysPassAMillionMessagesOfOneKey() {
        try (LoadDatabase database = LoadDatabase.create();
                SlowConfirmations destination = new SlowConfirmations()) {
            new Backlog("d", List.of(HOT_KEY), HOT, 20).fill(database);
            database.settleDown();
            publish(database, others(1));
            Relay relay = Relay.from(database.outbox().store()).to(destination).start();
            try (relay) {
                await("the hot key flows").atMost(Duration.ofSeconds(10)).until(() -> destination.hot.get() > 0);
                long behind = awaitOthers(destination, 100);
                long before = destination.hot.get();
                publish(database, others(2));
                long amid = awaitOthers(destination, 200);
                Figures.print(
                        "hot key: the others left after %.0f ms at the start and %.0f ms amid, hot messages meanwhile %d and %d",
                        Figures.millis(behind), Figures.millis(amid), before, destination.hot.get() - before);
                assertThat(Duration.ofNanos(behind))
                        .as("those behind at the start")
                        .isLessThanOrEqualTo(BOUND);
                assertThat(Duration.ofNanos(amid)).as("those that came later").isLessThanOrEqualTo(BOUND);
            }
            assertThat(destination.arrivals.disorder()).isEmpty();
        }
    }

    /** A hundred messages of as many keys: ten of the slot of the hot key, and ninety of any. */
    private static List<Message> others(int round) {
        List<String> keys = new ArrayList<>(Backlog.keys("other", 90));
        IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> "neighbour-" + i)
                .filter(key -> Slot.of(key) == Slot.of(HOT_KEY))
                .limit(10)
                .forEach(keys::add);
        return keys.stream()
                .map(key -> Message.to("d").id(key + "#" + round).key(key).text("x"))
                .toList();
    }

    private static void publish(LoadDatabase database, List<Message> messages) {
        database.outbox().transaction(tx -> {
            database.outbox().publish(tx, messages);
            return messages.size();
        });
    }

    private static long awaitOthers(SlowConfirmations destination, int count) {
        long begin = System.nanoTime();
        await("the others have arrived")
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(2))
                .until(() -> destination.others.get() == count);
        return System.nanoTime() - begin;
    }

    /** Confirms the hot key's messages a millisecond later, the others at once. */
    private static final class SlowConfirmations implements Transport {
        private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        private final Arrivals arrivals = new Arrivals();
        private final AtomicInteger hot = new AtomicInteger();
        private final AtomicInteger others = new AtomicInteger();

        @Override
        public void send(List<Outgoing> batch, OutcomeListener outcomes) {
            for (Outgoing sending : batch) {
                arrivals.add(sending.message());
                if (sending.message().key().orElseThrow().equals(HOT_KEY)) {
                    hot.incrementAndGet();
                    timer.schedule(
                            () -> outcomes.onOutcome(sending.token(), Outcome.CONFIRMED), 1, TimeUnit.MILLISECONDS);
                } else {
                    others.incrementAndGet();
                    outcomes.onOutcome(sending.token(), Outcome.CONFIRMED);
                }
            }
        }

        @Override
        public void close() {
            timer.shutdownNow();
        }
    }
}
