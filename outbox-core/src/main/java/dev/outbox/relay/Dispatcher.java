package dev.outbox.relay;

import dev.outbox.spi.Outcome;
import dev.outbox.spi.OutcomeListener;
import dev.outbox.spi.Outgoing;
import dev.outbox.spi.Transport;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * Hands messages to transports: of each key the first alone, of each destination as many as it takes, suspects apart from everybody else.
 */
class Dispatcher {
    private final Memory memory;
    private final Leases leases;
    private final Notes notes;
    private final OutcomeListener outcomes;
    private final int maxInFlight;
    private final InFlight inFlight = new InFlight();
    /** Keys whose first message is a suspect. */
    private final ArrayDeque<KeyQueue> suspects = new ArrayDeque<>();
    private final List<Held> group = new ArrayList<>();
    /** Whether what is in flight is a group of suspects, which nothing may join. */
    private boolean apart;
    private final IdentityHashMap<Transport, List<Outgoing>> batches = new IdentityHashMap<>();
    private final List<Held> taken = new ArrayList<>();

    Dispatcher(Memory memory, Leases leases, Notes notes, OutcomeListener outcomes, int maxInFlight) {
        this.memory = memory;
        this.leases = leases;
        this.notes = notes;
        this.outcomes = outcomes;
        this.maxInFlight = maxInFlight;
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
        held.queue.waiting.addFirst(held);
        list(held.queue);
    }

    /** Lets the key's next message go when its turn comes. */
    void list(KeyQueue queue) {
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
        apart = apart && inFlight.size() > 0;
        if (apart) {
            return 0;
        }
        if (!group.isEmpty() || hasSuspects(now)) {
            return dispatchSuspects(now);
        }
        int before = inFlight.size();
        for (Lane lane : memory.lanes()) {
            take(lane, now);
        }
        hand(now);
        return inFlight.size() - before;
    }

    private boolean hasSuspects(long now) {
        for (KeyQueue queue : suspects) {
            if (queue.lane.takes(now)) {
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
        while (capacity > 0 && !lane.ready.isEmpty() && takeFrom(lane.ready)) {
            capacity--;
        }
        while (capacity > 0 && !lane.retries.isEmpty() && lane.mayRetry(now) && takeFrom(lane.retries)) {
            capacity--;
        }
    }

    /** Takes the first message that may go from {@code keys}; false if there is none, or it has to be noted first. */
    private boolean takeFrom(ArrayDeque<KeyQueue> keys) {
        while (!keys.isEmpty()) {
            KeyQueue queue = keys.peekFirst();
            if (!mayGo(queue) || !leases.serves(queue.waiting.getFirst().slot())) {
                queue.listed = false;
                keys.removeFirst();
                continue;
            }
            Held held = queue.waiting.getFirst();
            if (!notes.allow(held)) {
                return false;
            }
            keys.removeFirst();
            queue.listed = false;
            take(held);
            return true;
        }
        return false;
    }

    private void take(Held held) {
        KeyQueue queue = held.queue;
        queue.waiting.removeFirst();
        queue.current = held;
        Lane lane = queue.lane;
        held.alone = lane.isOneAtATime();
        lane.inFlight++;
        if (lane.rate != null) {
            lane.rate.take(1);
        }
        memory.busy(held, Held.State.IN_FLIGHT);
        held.token = inFlight.add(held);
        batches.computeIfAbsent(lane.transport, t -> new ArrayList<>())
                .add(new Outgoing(held.token, held.stored.message(), held.stored.createdAt(), held.attempts + 1));
        taken.add(held);
    }

    private void hand(long now) {
        for (Held held : taken) {
            held.sinceNanos = now;
        }
        taken.clear();
        batches.forEach(this::send);
        batches.clear();
    }

    private void send(Transport transport, List<Outgoing> batch) {
        try {
            transport.send(batch, outcomes);
        } catch (RuntimeException e) {
            for (Outgoing outgoing : batch) {
                outcomes.onOutcome(outgoing.token(), new Outcome.Unknown(e));
            }
        }
    }

    /** Suspects go in groups with nothing else in flight, noted by name before they go. */
    private int dispatchSuspects(long now) {
        if (inFlight.size() > 0) {
            return 0;
        }
        if (group.isEmpty()) {
            chooseGroup(now);
        }
        if (group.isEmpty() || !notes.allow(group)) {
            return 0;
        }
        int count = 0;
        for (Held held : group) {
            KeyQueue queue = held.queue;
            queue.listed = false;
            if (queue.waiting.peekFirst() == held && leases.serves(held.slot())) {
                held.suspicion = Suspicion.NONE;
                take(held);
                count++;
            } else {
                list(queue);
            }
        }
        group.clear();
        apart = count > 0;
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
        return wait;
    }
}
