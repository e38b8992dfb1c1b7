package dev.outbox.internal.delivery;

import dev.outbox.Message;
import dev.outbox.spi.Outcome;
import dev.outbox.spi.Outgoing;
import dev.outbox.testkit.ManualClock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;

/** A relay as far as a transport sees it: of each key one unconfirmed message at a time, sent again until it is confirmed, to whatever process has the slot. */
final class RelayModel {
    static final String DESTINATION = "orders";

    private static final long TIMEOUT_NANOS = Duration.ofSeconds(8).toNanos();

    /** The messages of one key, or one message without a key. */
    private static final class Queue {
        final Deque<Message> messages = new ArrayDeque<>();
        boolean sent;
        long againAtNanos;
    }

    private final SplittableRandom random;
    private final ManualClock clock;
    private final DeliveryHistory history;
    private final List<Queue> queues = new ArrayList<>();
    private long lastToken;

    RelayModel(SplittableRandom random, ManualClock clock, DeliveryHistory history) {
        this.random = random;
        this.clock = clock;
        this.history = history;
        int keys = 1 + random.nextInt(4);
        for (int k = 0; k < keys; k++) {
            add("key" + k, 1 + random.nextInt(8), 1);
        }
        int free = random.nextInt(4);
        for (int i = 1; i <= free; i++) {
            add("", 1, i);
        }
    }

    private void add(String key, int count, int firstNumber) {
        Queue queue = new Queue();
        for (int number = firstNumber; number < firstNumber + count; number++) {
            Message message = DeliverySimulation.message(key, number);
            queue.messages.add(message);
            history.published(message);
        }
        queues.add(queue);
    }

    /** Messages that are not confirmed. */
    int left() {
        return queues.stream().mapToInt(queue -> queue.messages.size()).sum();
    }

    /** Sends what may be sent now, as one batch; returns how many. */
    int send(DeliveryEngine engine) {
        List<Outgoing> batch = new ArrayList<>();
        List<Queue> from = new ArrayList<>();
        for (Queue queue : queues) {
            if (!queue.messages.isEmpty() && (!queue.sent || clock.nanoTime() - queue.againAtNanos >= 0)) {
                batch.add(outgoing(queue.messages.getFirst()));
                from.add(queue);
            }
        }
        send(engine, batch, from);
        return batch.size();
    }

    /** Another relay believes that it has a slot, and sends what is under way. */
    void sendAgain(DeliveryEngine engine) {
        Queue queue = queues.get(random.nextInt(queues.size()));
        if (queue.sent && !queue.messages.isEmpty()) {
            send(engine, List.of(outgoing(queue.messages.getFirst())), List.of(queue));
        }
    }

    long idleNanos() {
        return queues.stream()
                .filter(queue -> !queue.messages.isEmpty())
                .mapToLong(queue -> queue.sent ? Math.max(0, queue.againAtNanos - clock.nanoTime()) : 0)
                .min()
                .orElse(Long.MAX_VALUE);
    }

    private Outgoing outgoing(Message message) {
        history.sent(message);
        return new Outgoing(++lastToken, message, clock.instant(), 1);
    }

    private void send(DeliveryEngine engine, List<Outgoing> batch, List<Queue> from) {
        if (batch.isEmpty()) {
            return;
        }
        long firstToken = batch.get(0).token();
        from.forEach(queue -> {
            queue.sent = true;
            queue.againAtNanos = clock.nanoTime() + TIMEOUT_NANOS;
        });
        engine.send(batch, (token, outcome) -> {
            int index = (int) (token - firstToken);
            ended(from.get(index), batch.get(index).message(), outcome);
        });
    }

    private void ended(Queue queue, Message message, Outcome outcome) {
        if (!message.equals(queue.messages.peekFirst())) {
            return; // confirmed by another
        }
        if (outcome instanceof Outcome.Confirmed) {
            queue.messages.removeFirst();
            queue.sent = false;
        } else {
            queue.againAtNanos = clock.nanoTime()
                    + Duration.ofMillis(50 + random.nextInt(100)).toNanos();
        }
    }
}
