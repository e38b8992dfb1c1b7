package dev.outbox.kafka;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/**
 * Where records wait that no producer takes at present: there is none yet, it does not know the topic yet, or its buffer is full. The keeper's thread offers
 * them again, those of a topic in their order, and gives up what waits too long.
 *
 * <p>The producer's own way is to block the sending thread. With {@code max.block.ms} 0 it asks the brokers for what it lacks and refuses at once instead.
 */
final class Lobby {
    private static final long SHORTEST_PAUSE_NANOS = Duration.ofMillis(1).toNanos();
    private static final long LONGEST_PAUSE_NANOS = Duration.ofMillis(20).toNanos();

    private final long patienceNanos;
    private final Queue<Sending> arriving = new ConcurrentLinkedQueue<>();
    private final Map<String, ArrayDeque<Sending>> waiting = new HashMap<>();

    Lobby(Duration patience) {
        this.patienceNanos = patience.toNanos();
    }

    /** Lets a record wait. From any thread. */
    void add(Sending sending) {
        arriving.add(sending);
    }

    /** On the keeper's thread: offers what waits, and gives up what has waited too long. Returns nanoseconds until it wants to be called again. */
    long serve(long now) {
        sort();
        long pause = Long.MAX_VALUE;
        for (Iterator<ArrayDeque<Sending>> topics = waiting.values().iterator(); topics.hasNext(); ) {
            ArrayDeque<Sending> topic = topics.next();
            serve(topic, now);
            Sending first = topic.peekFirst();
            if (first == null) {
                topics.remove();
            } else {
                // More and more seldom: a topic appears within milliseconds, or not soon.
                long waited = now - first.sinceNanos();
                pause = Math.min(pause, Math.max(SHORTEST_PAUSE_NANOS, Math.min(LONGEST_PAUSE_NANOS, waited / 8)));
            }
        }
        return pause;
    }

    private void serve(ArrayDeque<Sending> topic, long now) {
        for (Sending first = topic.peekFirst(); first != null; first = topic.peekFirst()) {
            if (!first.offer()) {
                if (now - first.sinceNanos() < patienceNanos) {
                    return;
                }
                first.giveUp();
            }
            topic.removeFirst();
        }
    }

    private void sort() {
        for (Sending sending = arriving.poll(); sending != null; sending = arriving.poll()) {
            waiting.computeIfAbsent(sending.topic(), topic -> new ArrayDeque<>())
                    .addLast(sending);
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
        waiting.values().forEach(topic -> topic.forEach(farewell));
        waiting.clear();
    }
}
