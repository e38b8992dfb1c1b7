package dev.outbox.relay;

import dev.outbox.spi.DeadLetter;
import dev.outbox.spi.DeadLetterQuery;
import dev.outbox.spi.DueFetch;
import dev.outbox.spi.DueFetched;
import dev.outbox.spi.KeyRef;
import dev.outbox.spi.Slot;
import dev.outbox.spi.StoredMessage;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Looks at the whole now and then: nothing is lost (G1), dead letters are kept (G9), and nobody waits for another (G10). */
final class Audit {
    private static final DueFetch ALL_DUE = new DueFetch(
            IntStream.range(0, Slot.COUNT).boxed().collect(Collectors.toSet()), 1_000, 0, Map.of(), Long.MAX_VALUE / 2);

    private final Simulation simulation;
    private final Scenario scenario;
    private final Ledger ledger;
    private final Map<String, Long> largestBacklog = new HashMap<>();
    private long longestWaitNanos;

    Audit(Simulation simulation) {
        this.simulation = simulation;
        this.scenario = simulation.scenario;
        this.ledger = simulation.ledger;
    }

    long longestWaitNanos() {
        return longestWaitNanos;
    }

    void sample(long elapsedNanos) {
        List<StoredMessage> pending = simulation.database.pending();
        List<StoredMessage> parked = simulation.database.parked();
        checkNothingIsLost(pending, parked);
        checkNobodyWaits(pending, parked, elapsedNanos);
    }

    private void checkNothingIsLost(List<StoredMessage> pending, List<StoredMessage> parked) {
        Set<String> present = new HashSet<>();
        pending.forEach(stored -> once(present, stored.message().id()));
        parked.forEach(stored -> once(present, stored.message().id()));
        Set<String> dead = new HashSet<>();
        for (DeadLetter letter : simulation.database.list(DeadLetterQuery.all().limit(DeadLetterQuery.MAX_LIMIT))) {
            if (!dead.add(letter.message().id())) {
                ledger.violated("G9", letter.message() + " is a dead letter twice");
            }
        }
        for (Tracked tracked : ledger.messages()) {
            String id = tracked.message.id();
            if (tracked.dead != dead.contains(id)) {
                ledger.violated("G9", tracked + (tracked.dead ? " is no dead letter any more" : " is a dead letter"));
            }
            boolean kept = present.contains(id) || dead.contains(id) || tracked.arrivals > 0;
            if (tracked.isCommitted() && !kept) {
                ledger.violated("G1", tracked + " is lost");
            }
        }
    }

    private void once(Set<String> ids, String id) {
        if (!ids.add(id)) {
            ledger.violated("G1", id + " stands there twice");
        }
    }

    private void checkNobodyWaits(List<StoredMessage> pending, List<StoredMessage> parked, long elapsedNanos) {
        Set<KeyRef> busy = new HashSet<>();
        parked.forEach(stored -> key(stored, busy));
        boolean undisturbed = simulation.undisturbedNanos() > settlingNanos();
        Map<String, Long> backlog = pending.stream()
                .collect(Collectors.groupingBy(stored -> stored.message().destination(), Collectors.counting()));
        backlog.forEach((destination, count) -> largestBacklog.merge(destination, count, Math::max));
        for (StoredMessage stored : pending) {
            Tracked tracked = ledger.of(stored.message());
            boolean free = key(stored, busy) && tracked.sendings == 0 && isDue(stored);
            waits(tracked, free && undisturbed, elapsedNanos);
        }
        for (DueFetched.Due due : simulation.database.fetchDue(ALL_DUE).due()) {
            Tracked tracked = ledger.of(due.head().stored().message());
            waits(tracked, undisturbed && !scenario.budgets.containsKey(tracked.message.destination()), elapsedNanos);
        }
    }

    /** A message could be sent now, or not; it may not have been so for long without being sent. */
    private void waits(Tracked tracked, boolean could, long elapsedNanos) {
        String destination = tracked.message.destination();
        boolean healthy = simulation.broker.isHealthy(destination, Scenario.millis(300) + answeringNanos())
                && !scenario.rates.containsKey(destination)
                && !ledger.isMoving(tracked.message);
        boolean untouched = tracked.sendingsSeen == tracked.sendings;
        tracked.sendingsSeen = tracked.sendings;
        tracked.waitingNanos = could && healthy && untouched ? tracked.waitingNanos + elapsedNanos : 0;
        longestWaitNanos = Math.max(longestWaitNanos, tracked.waitingNanos);
        if (tracked.waitingNanos > boundNanos() + drainNanos(destination)) {
            ledger.violated("G10", tracked + " has waited for " + tracked.waitingNanos / 1_000_000 + " ms");
        }
    }

    /** Adds the key; tells whether it is the first of its key. */
    private static boolean key(StoredMessage stored, Set<KeyRef> busy) {
        return stored.message()
                .key()
                .map(key -> busy.add(new KeyRef(stored.message().destination(), key)))
                .orElse(true);
    }

    private boolean isDue(StoredMessage stored) {
        return stored.message()
                .notBefore()
                .map(time -> time.isBefore(simulation.wallClock.instant()))
                .orElse(true);
    }

    /** How long after a disturbance of the relays its consequences may last: others take over, and suspects go in groups. */
    private long settlingNanos() {
        boolean unclean = scenario.faults.stream().anyMatch(Fault::endsProcesses);
        return Scenario.millis(300) + (unclean ? 2 * scenario.leaseNanos() + answeringNanos() : 0);
    }

    /** How long a relay may wait in vain for outcomes. */
    private long answeringNanos() {
        boolean silent = scenario.has(Fault.AMBIGUOUS_SEND) || scenario.has(Fault.OUTAGE);
        return silent ? 2 * scenario.sendTimeoutNanos : 0;
    }

    private long boundNanos() {
        boolean unclean = scenario.faults.stream().anyMatch(Fault::endsProcesses);
        long suspects = unclean && answeringNanos() > 0 ? 2_000 : 0;
        // A call that does not return holds up its own destination.
        long blocked = scenario.has(Fault.BLOCKED_SEND) ? SimProcess.longestBlockNanos(scenario) : 0;
        return Scenario.millis((scenario.has(Fault.CLOCKS) ? 4_000 : 2_000) + suspects) + blocked;
    }

    /** How long a destination needs for what was waiting for it at most, at the rate that the relays' limits allow. */
    private long drainNanos(String destination) {
        int atATime = Math.max(1, Math.min(scenario.maxInFlight, scenario.maxHeld / 4));
        return largestBacklog.getOrDefault(destination, 0L) * simulation.broker.answerNanos(destination) / atATime;
    }

    boolean isDrained() {
        return simulation.database.pending().isEmpty()
                && simulation.database.parked().isEmpty();
    }

    /** Whether the slots are shared out among those alive. */
    boolean isBalanced() {
        int alive = simulation.processes.size();
        int share = alive == 0 ? 0 : (Slot.COUNT - 1) / alive + 1;
        int owned = 0;
        for (SimProcess process : simulation.processes) {
            int own = process.engine.leases.ownedCount();
            if (own > share) {
                return false;
            }
            owned += own;
        }
        return owned == Slot.COUNT;
    }

    void atEnd() {
        for (Tracked tracked : ledger.messages()) {
            if (tracked.isCommitted() && tracked.arrivals == 0 && !tracked.dead) {
                ledger.violated("G2", tracked + " was never delivered");
            }
            if (!tracked.isCommitted() && tracked.arrivals > 0) {
                ledger.violated("G1", tracked + " arrived and was never committed");
            }
        }
    }

    void notDrained() {
        if (isDrained()) {
            ledger.violated(
                    "G2",
                    "the slots are not shared out: "
                            + simulation.processes.stream()
                                    .map(process -> process.name + "=" + process.engine.leases.ownedCount())
                                    .toList());
        }
        simulation
                .database
                .pending()
                .forEach(stored -> ledger.violated("G2", ledger.of(stored.message()) + " is still pending"));
        simulation
                .database
                .parked()
                .forEach(stored -> ledger.violated("G2", ledger.of(stored.message()) + " is still parked"));
    }
}
