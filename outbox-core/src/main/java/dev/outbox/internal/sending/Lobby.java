package dev.outbox.internal.sending;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/** Where messages wait that the client does not take at present. The keeper's thread offers them again, those of a lane in their order, and gives up what waits too long. */
final class Lobby {
    private static final long SHORTEST_PAUSE_NANOS = Duration.ofMillis(1).toNanos();
    private static final long LONGEST_PAUSE_NANOS = Duration.ofMillis(20).toNanos();

    private final long patienceNanos;
    private final Queue<Sending> arriving = new ConcurrentLinkedQueue<>();
    private final Map<String, ArrayDeque<Sending>> waiting = new HashMap<>();

    Lobby(Duration patience) {
        this.patienceNanos = patience.toNanos();
    }

    /** Lets a message wait. From any thread. */
    void add(Sending sending) {
        arriving.add(sending);
    }

    /** On the keeper's thread: offers what waits, and gives up what has waited too long. Returns nanoseconds until it wants to be called again. */
    long serve(long now) {
        sort();
        long pause = Long.MAX_VALUE;
        for (Iterator<ArrayDeque<Sending>> lanes = waiting.values().iterator(); lanes.hasNext(); ) {
            ArrayDeque<Sending> lane = lanes.next();
            serve(lane, now);
            Sending first = lane.peekFirst();
            if (first == null) {
                lanes.remove();
            } else {
                // More and more seldom: what is missing appears within milliseconds, or not soon.
                long waited = now - first.sinceNanos();
                pause = Math.min(pause, Math.max(SHORTEST_PAUSE_NANOS, Math.min(LONGEST_PAUSE_NANOS, waited / 8)));
            }
        }
        return pause;
    }

    private void serve(ArrayDeque<Sending> lane, long now) {
        for (Sending first = lane.peekFirst(); first != null; first = lane.peekFirst()) {
            if (!first.offer()) {
                if (now - first.sinceNanos() < patienceNanos) {
                    return;
                }
                first.giveUp();
            }
            lane.removeFirst();
        }
    }

    private void sort() {
        for (Sending sending = arriving.poll(); sending != null; sending = arriving.poll()) {
            waiting.computeIfAbsent(sending.lane(), lane -> new ArrayDeque<>()).addLast(sending);
        }
    }

    /** When the keeper's thread has ended: lets everything go. */
    void clear(Consumer<Sending> farewell) {
        for (Sending sending = arriving.poll(); sending != null; sending = arriving.poll()) {
            farewell.accept(sending);
        }
    }

    /** On the keeper's thread, as the last thing. */
    void clearAll(Consumer<Sending> farewell) {
        sort();
        waiting.values().forEach(lane -> lane.forEach(farewell));
        waiting.clear();
    }
}
