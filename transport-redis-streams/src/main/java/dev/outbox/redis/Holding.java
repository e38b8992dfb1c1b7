package dev.outbox.redis;

import dev.outbox.Message;
import dev.outbox.spi.Incoming;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What this process has of one stream: entries that were delivered and are not finished, and those that are finished and of which the server has not yet said so.
 * Thread-safe.
 */
final class Holding {
    private final Map<Long, String> unfinished = new HashMap<>(); // token to entry
    private final Set<String> unfinishedIds = new HashSet<>();
    private final Set<String> finished = new HashSet<>();
    private final Map<Long, Message> aside = new HashMap<>();

    /** An entry is about to be delivered. */
    synchronized void add(long token, String id) {
        unfinished.put(token, id);
        unfinishedIds.add(id);
    }

    /** Whether it needs no delivery. */
    synchronized boolean has(String id) {
        return unfinishedIds.contains(id) || finished.contains(id);
    }

    /** When the delivery is finished it is to be set aside as this dead letter. */
    synchronized void setAside(long token, Message deadLetter) {
        if (unfinished.containsKey(token)) {
            aside.put(token, deadLetter);
        }
    }

    /** Of these deliveries, the ones that are to be set aside and are known here: by their entries. They are finished with this. */
    synchronized Map<String, Message> finishAside(List<Incoming> deliveries) {
        Map<String, Message> ended = new LinkedHashMap<>();
        if (!aside.isEmpty()) {
            for (Incoming delivery : deliveries) {
                Message deadLetter = aside.remove(delivery.token());
                if (deadLetter != null) {
                    finish(List.of(delivery)).forEach(id -> ended.put(id, deadLetter));
                }
            }
        }
        return ended;
    }

    /** These deliveries are finished; gives the entries, without those of which nothing is known here. */
    synchronized List<String> finish(List<Incoming> deliveries) {
        List<String> ids = new ArrayList<>();
        for (Incoming delivery : deliveries) {
            String id = unfinished.remove(delivery.token());
            if (id != null) {
                unfinishedIds.remove(id);
                finished.add(id);
                ids.add(id);
            }
        }
        return ids;
    }

    /** The server knows that these are finished. */
    synchronized void acknowledged(List<String> ids) {
        ids.forEach(finished::remove);
    }

    /** Those that are delivered and not finished. */
    synchronized List<String> unfinished() {
        return List.copyOf(unfinishedIds);
    }

    synchronized boolean isAcknowledged() {
        return finished.isEmpty();
    }

    /** The stream is another's: what comes of the deliveries concerns nobody here. */
    synchronized void clear() {
        unfinished.clear();
        unfinishedIds.clear();
        finished.clear();
        aside.clear();
    }
}
