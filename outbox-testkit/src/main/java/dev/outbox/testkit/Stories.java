package dev.outbox.testkit;

import dev.outbox.spi.KeyRef;
import dev.outbox.testkit.HistoryEvent.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A history, told message by message. */
final class Stories {
    private final Map<String, MessageStory> byId = new LinkedHashMap<>();
    private final Map<KeyRef, List<MessageStory>> byKey = new LinkedHashMap<>();
    private final Disturbances disturbances = new Disturbances();
    private final List<HistoryEvent> sendings = new ArrayList<>();
    private boolean ended;
    private long endNanos;

    Stories(List<HistoryEvent> events) {
        Map<String, HistoryEvent> ends = new HashMap<>();
        for (HistoryEvent event : events) {
            endNanos = event.nanos();
            switch (event.kind()) {
                case COMMITTED, ROLLED_BACK, COMMIT_UNKNOWN -> ends.put(event.id(), event);
                case DISTURBED, CALM -> disturbances.add(event);
                case ENDED -> ended = true;
                default -> byId.computeIfAbsent(event.id(), MessageStory::new).add(event);
            }
            if (event.kind() == Kind.ARRIVED || event.kind() == Kind.UNAVAILABLE) {
                sendings.add(event);
            }
        }
        byId.values().forEach(story -> complete(story, ends));
    }

    private void complete(MessageStory story, Map<String, HistoryEvent> ends) {
        HistoryEvent insert = story.insert;
        if (insert != null) {
            story.end = ends.get(insert.detail());
        }
        KeyRef key = story.key();
        if (key != null) {
            byKey.computeIfAbsent(key, same -> new ArrayList<>()).add(story);
        }
    }

    Collection<MessageStory> all() {
        return byId.values();
    }

    Map<KeyRef, List<MessageStory>> byKey() {
        return byKey;
    }

    /** Arrivals, and sendings that a destination did not take, in their order. */
    List<HistoryEvent> sendings() {
        return sendings;
    }

    /** The destination of the message of {@code event}; empty when it was never published. */
    String destinationOf(HistoryEvent event) {
        MessageStory story = byId.get(event.id());
        Fingerprint published = story == null ? null : story.published();
        return published == null ? "" : published.destination();
    }

    Disturbances disturbances() {
        return disturbances;
    }

    /** Whether the history says what was left in the tables. */
    boolean isEnded() {
        return ended;
    }

    long endNanos() {
        return endNanos;
    }
}
