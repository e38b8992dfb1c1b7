package dev.outbox.kafka;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Who wants to be told when the broker knows that deliveries are finished. Belongs to the loop's thread. */
final class Receipts {
    /** The highest delivery of each partition; the broker knows of it and all below, or of none. */
    private record Receipt(Map<Assigned, Long> highest, Runnable onDurable) {
        boolean isDue() {
            return highest.entrySet().stream().allMatch(one -> one.getKey().isDurable(one.getValue()));
        }

        boolean isOf(Assigned assigned) {
            return highest.containsKey(assigned);
        }
    }

    private List<Receipt> waiting = new ArrayList<>();

    void add(Map<Assigned, Long> highest, Runnable onDurable) {
        waiting.add(new Receipt(highest, onDurable));
    }

    boolean areWaiting() {
        return !waiting.isEmpty();
    }

    /** After a commit. */
    void handOut() {
        if (waiting.isEmpty()) {
            return;
        }
        List<Receipt> rest = new ArrayList<>();
        List<Receipt> due = new ArrayList<>();
        waiting.forEach(receipt -> (receipt.isDue() ? due : rest).add(receipt));
        waiting = rest;
        due.forEach(receipt -> receipt.onDurable().run());
    }

    /** Nobody can know any more. */
    void drop(Assigned assigned) {
        waiting.removeIf(receipt -> receipt.isOf(assigned));
    }
}
