package dev.outbox.faults.processes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.faults.nemesis.ShiftedClock;
import dev.outbox.testservers.ChildJvm;
import dev.outbox.testservers.PostgresServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Three relay processes whose wall clocks are an hour apart, by libfaketime: leases, retries and order do not depend on them. */
@Timeout(300)
class ShiftedClocksFaultIT {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Map<String, Duration> SHIFTS =
            Map.of("early", HOUR.negated(), "right", Duration.ZERO, "late", HOUR);
    private static final String[] RELAYS = {"early", "right", "late"};

    @Test
    void g3_relaysWithClocksAnHourApartShareTheSlotsWithoutADuplicateAndReplaceOneThatIsKilled() throws Exception {
        try (Cluster cluster = new Cluster(PostgresServer.shared())) {
            for (String relay : RELAYS) {
                startShifted(cluster, relay);
            }
            cluster.awaitShared(RELAYS);
            Map<Integer, Leases.Holder> shared = cluster.leases.all();
            cluster.load.failing(10);
            cluster.undisturbed(800);
            assertThat(cluster.destination.duplicates())
                    .as("duplicates without a fault")
                    .isZero();
            assertThat(cluster.leases.all()).as("leases without a fault").isEqualTo(shared);
            List<Long> pauses = pausesMillis(cluster.destination.arrivals());

            cluster.load.start();
            cluster.awaitPublished(100);
            Set<Integer> slots = cluster.leases.of("late").keySet();
            cluster.history.disturbed();
            cluster.relay("late").kill9();
            Duration takeover = cluster.awaitTakeover("late", slots, System.nanoTime());
            cluster.calmAfter(100);
            long duplicates = cluster.destination.duplicates();
            cluster.undisturbed(200);

            Cluster.report(
                    "clocks an hour apart: takeover after %d ms (lease %d ms), pauses between attempts %d to %d ms,"
                            + " 0 duplicates before the kill and %d after it, %d messages",
                    takeover.toMillis(),
                    Cluster.LEASE.toMillis(),
                    pauses.get(0),
                    pauses.get(pauses.size() - 1),
                    duplicates,
                    cluster.load.committed());
            cluster.check();
            assertThat(takeover).as("takeover").isLessThan(Cluster.TAKEOVER);
            long least = RelayProcess.DELAY.toMillis() / 2;
            assertThat(pauses).as("pauses between attempts").allMatch(pause -> pause >= least && pause < 60_000);
        }
    }

    private static void startShifted(Cluster cluster, String relay) {
        Duration shift = SHIFTS.getOrDefault(relay, Duration.ZERO);
        ChildJvm child =
                cluster.start(relay, ShiftedClock.shift(cluster.setup(relay).child(), shift));
        String started = child.awaitLine(line -> line.startsWith("started at "), Cluster.BOUND);
        long shown = Long.parseLong(started.substring("started at ".length())) - System.currentTimeMillis();
        assertThat(Duration.ofMillis(shown).minus(shift).abs())
                .as("the clock of %s is shifted by %s", relay, shift)
                .isLessThan(Duration.ofMinutes(1));
    }

    /** Between a refusal and the next attempt, in ascending order. */
    private static List<Long> pausesMillis(List<Destination.Arrival> arrivals) {
        Map<String, Long> refused = new HashMap<>();
        List<Long> pauses = new ArrayList<>();
        for (Destination.Arrival arrival : arrivals) {
            String id = arrival.message().id();
            Long before = refused.remove(id);
            if (before != null) {
                pauses.add(Duration.ofNanos(arrival.nanos() - before).toMillis());
            }
            if (!arrival.confirmed()) {
                refused.put(id, arrival.nanos());
            }
        }
        pauses.sort(null);
        assertThat(pauses).as("pauses between attempts").isNotEmpty();
        return pauses;
    }
}
