package dev.outbox.relay;

import dev.outbox.spi.KeyRef;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * G3 over a whole run: of two messages of one destination and key of which the first was visible before the second was inserted, the first occurrence of the
 * first precedes that of the second, unless the first was a dead letter by then.
 */
final class OrderCheck {
    private final Ledger ledger;

    OrderCheck(Ledger ledger) {
        this.ledger = ledger;
    }

    void run() {
        Map<KeyRef, List<Tracked>> byKey = new HashMap<>();
        for (Tracked tracked : ledger.messages()) {
            if (tracked.isCommitted() && tracked.message.key().isPresent()) {
                KeyRef key = new KeyRef(
                        tracked.message.destination(), tracked.message.key().get());
                byKey.computeIfAbsent(key, k -> new ArrayList<>()).add(tracked);
            }
        }
        byKey.values().forEach(this::check);
    }

    private void check(List<Tracked> ofKey) {
        List<Tracked> visible = new ArrayList<>(ofKey);
        visible.sort(Comparator.comparingLong(tracked -> tracked.enteredVisibleSequence));
        ofKey.sort(Comparator.comparingLong(tracked -> tracked.insertedSequence));
        Tracked latest = null;
        int next = 0;
        for (Tracked second : ofKey) {
            while (next < visible.size() && visible.get(next).enteredVisibleSequence < second.insertedSequence) {
                Tracked first = visible.get(next++);
                if (latest == null || first.orderSequence() > latest.orderSequence()) {
                    latest = first;
                }
            }
            if (latest != null && second.firstArrivalSequence < latest.orderSequence()) {
                ledger.violated("G3", second + " arrived before " + latest);
            }
        }
    }
}
