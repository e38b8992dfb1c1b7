package dev.outbox.kafka;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Values of keys, numbered from 1 as {@code key:number}, in the order in which a partition holds them. */
final class FirstOccurrences {
    private final Map<String, Integer> highest = new HashMap<>();
    private final List<String> inversions = new ArrayList<>();
    private int duplicates;

    void add(String key, String value) {
        if (!value.startsWith(key + ":")) {
            inversions.add("key " + key + " came with the value " + value);
            return;
        }
        int number = Integer.parseInt(value.substring(key.length() + 1));
        int last = highest.getOrDefault(key, 0);
        if (number <= last) {
            duplicates++;
        } else {
            if (number != last + 1) {
                inversions.add(value + " came first after " + last);
            }
            highest.put(key, number);
        }
    }

    /** What came before something earlier of its key, or without it. */
    List<String> inversions() {
        return inversions;
    }

    int duplicates() {
        return duplicates;
    }

    /** How many different values there were, as long as there are no inversions. */
    int count() {
        return highest.values().stream().mapToInt(Integer::intValue).sum();
    }
}
