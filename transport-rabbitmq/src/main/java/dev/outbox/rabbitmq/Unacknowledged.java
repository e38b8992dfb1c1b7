package dev.outbox.rabbitmq;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** What one channel has delivered and was not told to acknowledge. Used by one thread. */
final class Unacknowledged {
    /**
     * One acknowledgement.
     *
     * @param tag the broker's number of the delivery
     * @param multiple whether it is for all up to this one
     */
    record Ack(long tag, boolean multiple) {}

    private final TreeSet<Long> tags = new TreeSet<>();
    private final Map<Long, Long> byToken = new HashMap<>();

    void add(long token, long tag) {
        tags.add(tag);
        byToken.put(token, tag);
    }

    int size() {
        return tags.size();
    }

    /** Whether all of these are here. */
    boolean has(Collection<Long> tokens) {
        return byToken.keySet().containsAll(tokens);
    }

    /** One for each of these; tokens of other channels are passed over. */
    List<Ack> finishEach(Collection<Long> tokens) {
        List<Ack> each = new ArrayList<>();
        for (Long token : tokens) {
            Long tag = byToken.remove(token);
            if (tag != null) {
                tags.remove(tag);
                each.add(new Ack(tag, false));
            }
        }
        return each;
    }

    /** The fewest acknowledgements that are for these and for no other; tokens of other channels are passed over. */
    List<Ack> finish(Collection<Long> tokens) {
        TreeSet<Long> finished = new TreeSet<>();
        for (Long token : tokens) {
            Long tag = byToken.remove(token);
            if (tag != null) {
                finished.add(tag);
                tags.remove(tag);
            }
        }
        List<Ack> acks = new ArrayList<>();
        long all = 0;
        for (Long tag : finished) {
            if (tags.isEmpty() || tag < tags.first()) {
                all = tag;
            } else {
                acks.add(new Ack(tag, false));
            }
        }
        if (all > 0) {
            acks.add(0, new Ack(all, true));
        }
        return acks;
    }
}
