package dev.outbox.faults.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outbox.relay.Relay;
import dev.outbox.spi.Change;
import dev.outbox.spi.DeadLetterQuery;
import dev.outbox.spi.DeadReason;
import dev.outbox.spi.Fetch;
import dev.outbox.spi.Fetched;
import dev.outbox.spi.Heartbeat;
import dev.outbox.spi.LeaseTable;
import dev.outbox.spi.OutboxStore;
import dev.outbox.spi.Reader;
import dev.outbox.spi.Settlement;
import dev.outbox.spi.Slot;
import dev.outbox.testservers.Bars;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** G9: ten thousand dead letters are redriven at a rate while traffic runs: the rate is kept, keys stay in order, none is lost, none comes twice. */
@Timeout(300)
class RedriveLoadIT {
    private static final int DEAD = 10_000;
    private static final double RATE = 1_500;
    private static final int TRAFFIC = 500;
    private static final int ALL = 20_000;

    @Test
    void g9_deadLettersReturnInOrderAtTheirRateWhileTrafficRuns() {
        try (LoadDatabase database = LoadDatabase.create()) {
            new Backlog("dead", Backlog.keys("dead", 100), DEAD, 100).fill(database);
            bury(database.outbox().store());
            assertThat(database.count("outbox_dead_letter")).isEqualTo(DEAD);
            Sink live = Sink.confirming();
            Sink redriven = Sink.confirming();
            try (Relay relay = Relay.from(database.outbox().store())
                            .to(live)
                            .route("dead", redriven)
                            .start();
                    Traffic traffic = Traffic.start(database.outbox(), "d", Backlog.keys("key", 100), TRAFFIC)) {
                await("traffic flows")
                        .atMost(Duration.ofSeconds(60))
                        .until(() -> live.arrivals().count() > 500);
                long begin = System.nanoTime();
                long count = database.outbox().deadLetters().redriveAtRate(DeadLetterQuery.all(), RATE);
                double took = Figures.seconds(System.nanoTime() - begin);
                await("all of the redriven have arrived")
                        .atMost(Duration.ofSeconds(60))
                        .until(() -> redriven.arrivals().count() >= DEAD);
                traffic.stop();
                await("the traffic has arrived")
                        .atMost(Duration.ofSeconds(60))
                        .until(() -> live.arrivals().count() == traffic.published());
                int most = redriven.arrivals().times().mostWithin(Duration.ofSeconds(1), begin);
                Figures.print(
                        "redrive of %d at %.0f a second beside %d: %.0f a second, at most %d in one second",
                        count, RATE, TRAFFIC, count / took, most);
                assertThat(count).isEqualTo(DEAD);
                assertThat(count / took).as("rate").isBetween(Bars.atLeast(0.9, 0.2) * RATE, 1.1 * RATE);
                assertThat((double) most).as("arrivals in one second").isLessThanOrEqualTo(Bars.atMost(1.2, 6) * RATE);
                assertThat(redriven.arrivals().count()).as("redriven arrivals").isEqualTo(DEAD);
                assertThat(redriven.arrivals().disorder()).isEmpty();
                assertThat(live.arrivals().disorder()).isEmpty();
                assertThat(relay.statistics().dead()).isZero();
            }
            assertThat(database.count("outbox_dead_letter")).isZero();
        }
    }

    /** Gives all messages up, in the order of their positions, without a relay's line in the log for each. */
    private static void bury(OutboxStore store) {
        Set<Integer> slots =
                new HashSet<>(IntStream.range(0, Slot.COUNT).boxed().toList());
        LeaseTable table =
                store.heartbeat(new Heartbeat("undertaker", Duration.ofMinutes(1), Map.of(), slots, Map.of()));
        Map<Integer, Long> epochs = new HashMap<>();
        table.leases().forEach(lease -> epochs.put(lease.slot(), lease.epoch()));
        List<Reader> readers = slots.stream()
                .map(slot -> new Reader(slot, 0, 0, ALL, null, null))
                .toList();
        Fetched fetched = store.fetch(new Fetch(readers, Set.of(), Set.of(), List.of(), 64 << 20));
        List<Change> changes = fetched.readers().stream()
                .flatMap(result -> result.rows().stream())
                .map(row -> row.stored().row())
                .sorted(Comparator.comparingLong(row -> row.position()))
                .<Change>map(row -> new Change.Bury(row, DeadReason.REJECTED, 1, "refused"))
                .toList();
        store.settle(new Settlement("undertaker", epochs, changes));
        store.leave("undertaker");
    }
}
