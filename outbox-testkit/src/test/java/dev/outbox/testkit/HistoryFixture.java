package dev.outbox.testkit;

import dev.outbox.Message;
import java.time.Duration;
import java.util.List;

/** Hand-written histories, and what is broken in them. */
abstract class HistoryFixture {
    static final Duration BOUND = Duration.ofSeconds(1);

    final ManualClock clock = new ManualClock();
    final History history = new History(clock);
    private int transactions;

    static Message message(String id) {
        return Message.to("d").id(id).key("k").header("h", "v").text("payload of " + id);
    }

    Message published(String id) {
        return publish(message(id));
    }

    Message publish(Message message) {
        String transaction = "tx-" + ++transactions;
        history.inserted(transaction, message);
        history.committed(transaction);
        return message;
    }

    void arrive(Message message) {
        history.arrived(message.destination(), message);
        history.confirmed(message.id());
    }

    List<String> broken() {
        return HistoryChecker.of(history).maxAttempts(3).latencyBound(BOUND).drained().check().stream()
                .map(Violation::guarantee)
                .toList();
    }

    void end() {
        history.ended(List.of(), List.of());
    }
}
