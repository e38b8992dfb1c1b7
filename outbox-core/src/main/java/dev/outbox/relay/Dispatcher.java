package dev.outbox.relay;

import dev.outbox.spi.Outgoing;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * Hands messages to transports: of each key the first alone, or the first few as one run where the transport takes runs; of each destination as many as it takes;
 * suspects apart from everybody else.
 */
class Dispatcher {
    /** What has been in flight for so long has not ended the process: a suspect may be tried beside it. So a destination that hangs does not hold up the others. */
    private static final long HARMLESS_NANOS = Duration.ofSeconds(1).toNanos();

    /** The most bytes of payloads in a run of several messages. */
    private static final long MAX_RUN_BYTES = 1 << 20;

    private static final long SHORTEST_TURN_NANOS = Duration.ofMillis(5).toNanos();

    private final Memory memory;
    private final Leases leases;
    private final Notes notes;
    private final Senders senders;
    private final int maxInFlight;
    private final InFlight inFlight = new InFlight();
    /** Keys whose first message is a suspect. */
    private final ArrayDeque<KeyQueue> suspects = new ArrayDeque<>();

    private final List<Held> group = new ArrayList<>();
    /** Whether a group of suspects was sent last, which nothing may join until it is quiet. */
    private boolean apart;

    private boolean suspectsTurn;
    /** When the suspects' turn began: for as long as it takes, the others have theirs. */
    private long turnNanos;

    private long othersUntilNanos;
    private long lastSendNanos;
    private final LinkedHashMap<Lane, List<Outgoing>> batches = new LinkedHashMap<>();
    private final List<Held> taken = new ArrayList<>();

    Dispatcher(Memory memory, Leases leases, Notes notes, Senders senders, int maxInFlight, long now) {
        this.memory = memory;
        this.leases = leases;
        this.notes = notes;
        this.senders = senders;
        this.maxInFlight = maxInFlight;
        this.turnNanos = now;
        this.othersUntilNanos = now;
        this.lastSendNanos = now;
    }

    int inFlightCount() {
        return inFlight.size();
    }

    InFlight inFlight() {
        return inFlight;
    }

    /** Puts a row at the end of its key's queue. */
    void enqueue(Held held) {
        held.queue.waiting.addLast(held);
        list(held.queue);
    }

    /** Puts a row back to the front of its key's queue: it came back without having arrived, or perhaps. */
    void requeue(Held held) {
        held.queue.comeBack(held);
        list(held.queue);
    }

    /** Lets the key's next message go when its turn comes. */
    void list(KeyQueue queue) {
        if (queue.underWay == 0) {
            queue.endRun();
        }
        if (queue.listed || !mayGo(queue)) {
            return;
        }
        queue.listed = true;
        Held first = queue.waiting.getFirst();
        if (first.suspicion != Suspicion.NONE) {
            suspects.add(queue);
        } else if (first.attempts > 0 && queue.lane.budget != null) {
            queue.lane.retries.add(queue);
        } else {
            queue.lane.ready.add(queue);
        }
    }

    /** Whether the key's next message may be sent: no other of the key is without its confirmation. */
    boolean mayGo(KeyQueue queue) {
        return queue.isReady();
    }

    /** Sends what may be sent; returns how many. */
    int dispatch(long now) {
        if (apart && isQuiet(now)) {
            apart = false;
            endTurnOfSuspects(now);
        }
        if (apart) {
            return 0;
        }
        if (suspectsTurn || isTurnOfSuspects(now)) {
            turnNanos = suspectsTurn ? turnNanos : now;
            suspectsTurn = true;
            if (!isQuiet(now)) {
                return 0;
            }
            if (group.isEmpty()) {
                chooseGroup(now);
            }
            if (!group.isEmpty()) {
                return sendGroup(now);
            }
            endTurnOfSuspects(now);
        }
        return dispatchOthers(now);
    }

    private void endTurnOfSuspects(long now) {
        suspectsTurn = false;
        othersUntilNanos = now + Math.max(SHORTEST_TURN_NANOS, now - turnNanos);
    }

    private int dispatchOthers(long now) {
        int before = inFlight.size();
        for (Lane lane : memory.lanes()) {
            take(lane, now);
        }
        hand(now);
        return inFlight.size() - before;
    }

    /** Whether nothing is in flight that may yet end the process. */
    private boolean isQuiet(long now) {
        return inFlight.size() == 0 || now - lastSendNanos >= HARMLESS_NANOS;
    }

    private boolean isTurnOfSuspects(long now) {
        return !suspects.isEmpty() && (now - othersUntilNanos >= 0 || !hasOthers(now)) && hasSuspects(now);
    }

    private boolean hasOthers(long now) {
        for (Lane lane : memory.lanes()) {
            if (!(lane.ready.isEmpty() && lane.retries.isEmpty()) && lane.takes(now)) {
                return true;
            }
        }
        return false;
    }

    private boolean hasSuspects(long now) {
        for (KeyQueue queue : suspects) {
            if (queue.lane.takes(now) && queue.lane.hasRoomForSuspects(maxInFlight)) {
                return true;
            }
        }
        return false;
    }

    private void take(Lane lane, long now) {
        if (lane.ready.isEmpty() && lane.retries.isEmpty()) {
            return;
        }
        int capacity = lane.capacity(now, maxInFlight);
        while (capacity > 0 && findNext(lane.ready)) {
            capacity -= takeFirst(lane.ready, capacity);
        }
        // Only what goes now costs a token, so it is found first.
        while (capacity > 0 && findNext(lane.retries) && lane.mayRetry(now)) {
            takeFirst(lane.retries, 1);
            capacity--;
        }
    }

    /** Brings a key whose message may go to the front of {@code keys}; false if there is none, or its message has to be noted first. */
    private boolean findNext(ArrayDeque<KeyQueue> keys) {
        while (!keys.isEmpty()) {
            KeyQueue queue = keys.peekFirst();
            if (mayGo(queue) && leases.serves(queue.waiting.getFirst().slot())) {
                return notes.allow(queue.waiting.getFirst());
            }
            queue.listed = false;
            keys.removeFirst();
        }
        return false;
    }

    /** Takes the first message of the first key, or the run that begins with it, of at most so many; returns how many. */
    private int takeFirst(ArrayDeque<KeyQueue> keys, int most) {
        KeyQueue queue = keys.removeFirst();
        queue.listed = false;
        int run = runLength(queue, most);
        for (int i = 0; i < run; i++) {
            take(queue.waiting.getFirst(), run);
        }
        return run;
    }

    /**
     * How many of the key's first messages go as one, of which the first is free to go. A message that has failed, one that is suspected and everything that goes to a
     * destination of which not all is well goes alone: whatever happens then is its own doing.
     */
    private int runLength(KeyQueue queue, int most) {
        Lane lane = queue.lane;
        int longest = Math.min(lane.longestRun, most);
        if (longest == 1 || queue.key == null || queue.oneByOne > 0 || !lane.isTrusted()) {
            return 1;
        }
        int length = 0;
        long bytes = 0;
        for (Held held : queue.waiting) {
            bytes += held.bytes();
            if (length == longest || held.attempts > 0 || held.suspicion != Suspicion.NONE) {
                break;
            }
            if (length > 0 && (bytes > MAX_RUN_BYTES || !notes.allow(held))) {
                break;
            }
            length++;
        }
        return Math.max(1, length);
    }

    private void take(Held held, int run) {
        KeyQueue queue = held.queue;
        queue.waiting.removeFirst();
        queue.underWay++;
        held.run = run;
        Lane lane = queue.lane;
        held.alone = lane.isOneAtATime();
        held.among = ++lane.inFlight;
        if (lane.rate != null) {
            lane.rate.take(1);
        }
        memory.busy(held, Held.State.IN_FLIGHT);
        held.token = inFlight.add(held);
        batches.computeIfAbsent(lane, l -> new ArrayList<>())
                .add(new Outgoing(held.token, held.stored.message(), held.stored.createdAt(), held.attempts + 1));
        taken.add(held);
    }

    private void hand(long now) {
        if (!taken.isEmpty()) {
            lastSendNanos = now;
        }
        for (Held held : taken) {
            held.sinceNanos = now;
        }
        taken.clear();
        batches.forEach(senders::send);
        batches.clear();
    }

    /** Suspects go in groups with nothing else in flight, noted by name before they go. */
    private int sendGroup(long now) {
        if (!notes.allow(group)) {
            return 0;
        }
        int count = 0;
        for (Held held : group) {
            KeyQueue queue = held.queue;
            queue.listed = false;
            if (queue.waiting.peekFirst() == held && leases.serves(held.slot())) {
                held.suspicion = Suspicion.NONE;
                take(held, 1);
                count++;
            } else {
                list(queue);
            }
        }
        group.clear();
        apart = true;
        hand(now);
        return count;
    }

    private void chooseGroup(long now) {
        IdentityHashMap<Lane, Integer> chosen = new IdentityHashMap<>();
        for (int i = suspects.size(); i > 0 && group.size() < Suspects.GROUP; i--) {
            KeyQueue queue = suspects.removeFirst();
            Held first = queue.isReady() ? queue.waiting.getFirst() : null;
            if (first == null || !leases.serves(first.slot())) {
                queue.listed = false;
            } else if (queue.lane.capacity(now, maxInFlight) <= chosen.getOrDefault(queue.lane, 0)
                    || (first.suspicion == Suspicion.ONE_OF_FEW && !group.isEmpty())) {
                suspects.addLast(queue);
            } else {
                group.add(first);
                chosen.merge(queue.lane, 1, Integer::sum);
                if (first.suspicion == Suspicion.ONE_OF_FEW) {
                    return;
                }
            }
        }
    }

    /** Nanoseconds until something can be sent that waits for time alone. */
    long nanosUntilReady(long now) {
        long wait = Long.MAX_VALUE;
        for (Lane lane : memory.lanes()) {
            wait = Math.min(wait, lane.nanosUntilReady(now));
        }
        for (KeyQueue queue : suspects) {
            wait = Math.min(wait, queue.lane.nanosUntilTaking(now));
        }
        return Math.min(wait, nanosUntilTurn(now));
    }

    /** Nanoseconds until the turn changes between suspects and others. */
    private long nanosUntilTurn(long now) {
        if ((apart || suspectsTurn) && !isQuiet(now)) {
            return lastSendNanos + HARMLESS_NANOS - now;
        }
        return !suspects.isEmpty() && now - othersUntilNanos < 0 ? othersUntilNanos - now : Long.MAX_VALUE;
    }
}
