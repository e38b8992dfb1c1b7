package dev.outbox.relay;

import dev.outbox.Message;
import dev.outbox.spi.DeadReason;
import dev.outbox.spi.DueFetched;
import dev.outbox.spi.KeyRef;
import dev.outbox.spi.Outgoing;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The history of a run, and the judge of each event as it happens. Knows nothing of how a relay works: what it holds against a run are the numbered
 * guarantees.
 */
final class Ledger {
    private static final int ENOUGH = 20;
    private static final long MOMENT_NANOS = Scenario.millis(500);

    private final Scenario scenario;
    private final Timeline timeline;
    private final Map<String, Tracked> messages = new LinkedHashMap<>();
    private final Map<KeyRef, Long> lastSent = new HashMap<>();
    private final List<String> violations = new ArrayList<>();
    private long sequence;
    private final Set<String> silences = new HashSet<>();
    private int crashes;
    private long arrivals;

    Ledger(Scenario scenario, Timeline timeline) {
        this.scenario = scenario;
        this.timeline = timeline;
    }

    Collection<Tracked> messages() {
        return messages.values();
    }

    Tracked of(Message message) {
        return Objects.requireNonNull(messages.get(message.id()), message.id());
    }

    List<String> violations() {
        return violations;
    }

    long arrivals() {
        return arrivals;
    }

    void violated(String guarantee, String what) {
        if (violations.size() < ENOUGH) {
            violations.add(guarantee + " at " + timeline.now() / 1_000 + " us: " + what);
        }
    }

    void inserted(Tracked tracked) {
        messages.put(tracked.message.id(), tracked);
        tracked.insertedSequence = ++sequence;
    }

    void committed(Tracked tracked) {
        Story.tell(timeline, "publisher", tracked.message.id(), tracked + " is committed");
        tracked.committedSequence = ++sequence;
        tracked.enteredVisibleSequence = tracked.message.notBefore().isPresent() ? Tracked.NEVER : sequence;
    }

    /** A relay reads it where it was inserted, before its time: it is ordered from when it is put to the end of the outbox. */
    void readEarly(Message message) {
        of(message).readEarly = true;
    }

    /** A relay reads it where it was inserted, and its time has come: from now on it is ordered like one that is published now. */
    void readDue(Message message) {
        Tracked tracked = of(message);
        if (tracked.enteredVisibleSequence == Tracked.NEVER && !tracked.readEarly) {
            entered(message);
        }
    }

    void rolledBack(Tracked tracked) {
        tracked.rolledBack = true;
    }

    /** A relay hands a message to its transport. */
    Tracked sending(Outgoing outgoing, String sender, boolean ownsSlot) {
        Message message = outgoing.message();
        Tracked tracked = messages.get(message.id());
        if (tracked == null || !tracked.isCommitted()) {
            violated("G1", sender + " sends " + message + ", which was never committed");
            throw new IllegalStateException("phantom");
        }
        if (!tracked.message.equals(message)) {
            violated("G5", sender + " sends " + message + " instead of " + tracked.message);
        }
        if (!tracked.isDue) {
            violated("G5", sender + " sends " + tracked + " before its time");
        }
        if (tracked.dead && ownsSlot) {
            violated("G9", sender + " sends " + tracked + ", a dead letter that was not redriven");
        }
        tracked.sendings++;
        message.key().ifPresent(key -> lastSent.put(new KeyRef(message.destination(), key), timeline.now()));
        return tracked;
    }

    /** Whether a message of its key was sent a moment ago: what became visible late waits behind those in memory. */
    boolean isMoving(Message message) {
        return message.key()
                .map(key -> lastSent.get(new KeyRef(message.destination(), key)))
                .map(sent -> timeline.now() - sent < MOMENT_NANOS)
                .orElse(false);
    }

    /** The destination has got it. */
    void arrived(Tracked tracked) {
        Story.tell(timeline, "broker", tracked.message.id(), tracked + " arrives");
        arrivals++;
        tracked.arrivals++;
        if (tracked.firstArrivalSequence == Tracked.NEVER) {
            tracked.firstArrivalSequence = ++sequence;
        }
        if (tracked.arrivals > 1 && scenario.isFreeOfDuplicates()) {
            violated("G4", tracked + " arrives for the " + tracked.arrivals + ". time though nothing went wrong");
        }
    }

    /** It was deleted as done. */
    void completed(Message message) {
        Tracked tracked = of(message);
        tracked.arrivedAndGone = true;
        if (tracked.arrivals == 0) {
            violated("G1", tracked + " was deleted and has not arrived");
        }
    }

    /** A process ended without taking leave. */
    void crashed() {
        crashes++;
    }

    /** The table of instances shows one that gave no sign of life in time, and what it noted then: to the others it may have ended. */
    void silent(String instance, String marker) {
        if (silences.add(instance + " " + marker)) {
            crashes++;
        }
    }

    /** A read shows what has been charged to it. */
    void charged(DueFetched.Parked parked) {
        Tracked tracked = of(parked.stored().message());
        if (parked.attempts() < tracked.charged) {
            violated("G8", tracked + " has " + parked.attempts() + " attempts and had " + tracked.charged);
        }
        charged(tracked, parked.attempts());
    }

    private void charged(Tracked tracked, int attempts) {
        tracked.charged = attempts;
        int explained = tracked.failures + unknownsThatMayCost(tracked) + crashes;
        if (attempts > explained) {
            violated(
                    "G8", tracked + " is charged " + attempts + " attempts, but failed " + tracked.failures + " times");
        }
    }

    /** An unknown outcome costs nothing until it befalls the message alone, again. */
    private int unknownsThatMayCost(Tracked tracked) {
        boolean ownTime = scenario.has(Fault.PAUSE) || scenario.has(Fault.CLOCKS) || scenario.has(Fault.SUSPEND);
        return Math.max(0, (ownTime ? tracked.sendings : tracked.unknowns) - 1);
    }

    void died(Message message, DeadReason reason, int attempts) {
        Tracked tracked = of(message);
        tracked.dead = true;
        tracked.deaths++;
        tracked.diedSequence = Math.min(tracked.diedSequence, ++sequence);
        if (reason == DeadReason.REJECTED) {
            if (tracked.rejections == 0) {
                violated("G8", tracked + " was given up as rejected, but was not");
            }
            return;
        }
        charged(tracked, attempts);
        if (attempts < scenario.maxAttempts) {
            violated("G8", tracked + " was given up after " + attempts + " of " + scenario.maxAttempts + " attempts");
        }
    }

    /** It failed for certain; how often it may is bounded. */
    void failed(Tracked tracked, int lostLeases) {
        tracked.failures++;
        if (tracked.failures > scenario.maxAttempts + crashes + lostLeases) {
            violated("G8", tracked + " failed " + tracked.failures + " times of at most " + scenario.maxAttempts);
        }
    }

    void redriven(Message message) {
        Tracked tracked = of(message);
        if (!tracked.dead) {
            violated("G9", tracked + " is redriven and was not dead");
        }
        tracked.dead = false;
        tracked.redrives++;
        tracked.beginLife();
        entered(message);
    }

    /** It was put to the end of the outbox again: order counts from here. */
    void entered(Message message) {
        Tracked tracked = of(message);
        if (tracked.firstArrivalSequence == Tracked.NEVER) {
            tracked.enteredVisibleSequence = ++sequence;
        }
    }
}
