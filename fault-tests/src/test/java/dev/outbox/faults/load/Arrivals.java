package dev.outbox.faults.load;

import dev.outbox.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What arrived. The id of a message ends in {@code #n}, and n grows within each key of a destination: what does not grow is a duplicate or out of order (G3, G4).
 * Thread-safe.
 */
final class Arrivals {
    private final Map<String, Long> lastOfKey = new HashMap<>();
    private final List<String> disorder = new ArrayList<>();
    private final Instants times = new Instants();
    private long count;

    synchronized void add(Message message) {
        String id = message.id();
        long number = Long.parseLong(id.substring(id.lastIndexOf('#') + 1));
        String key = message.destination() + "/" + message.key().orElse(id);
        Long last = lastOfKey.put(key, number);
        if (last != null && last >= number && disorder.size() < 100) {
            disorder.add(id + " came after number " + last);
        }
        times.addNow();
        count++;
    }

    synchronized long count() {
        return count;
    }

    /** How many keys have had an arrival. */
    synchronized int keys() {
        return lastOfKey.size();
    }

    /** Messages that came twice or too late, a hundred at most. */
    synchronized List<String> disorder() {
        return List.copyOf(disorder);
    }

    Instants times() {
        return times;
    }
}
