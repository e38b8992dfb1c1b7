package dev.outbox.testkit;

import dev.outbox.testkit.HistoryEvent.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * G10: a message arrives within the bound, counted in undisturbed time, unless it waited for its own key or destination: a key waits from a failure, a parking
 * or a crash of one of its messages until that one has arrived or died, a destination from a sending that it did not take until its next arrival. Scheduled
 * messages are not measured.
 */
final class LatencyRule {
    private static final Kind[] STOPS_ITS_KEY = {
        Kind.FAILED, Kind.UNAVAILABLE, Kind.UNKNOWN, Kind.CRASHED, Kind.PARKED, Kind.DEAD
    };

    private record Span(int from, int to) {
        boolean overlaps(int otherFrom, int otherTo) {
            return from <= otherTo && to >= otherFrom;
        }
    }

    private final Stories stories;
    private final long boundNanos;
    private final Map<Object, List<Span>> waits = new HashMap<>();

    LatencyRule(Stories stories, long boundNanos) {
        this.stories = stories;
        this.boundNanos = boundNanos;
    }

    void check(Consumer<Violation> to) {
        stories.all().forEach(this::noteWaitsOfKey);
        noteWaitsOfDestinations();
        stories.all().stream()
                .filter(story -> story.isCommitted() && !story.isScheduled())
                .forEach(story -> measure(story, to));
    }

    private void noteWaitsOfKey(MessageStory story) {
        for (Kind kind : STOPS_ITS_KEY) {
            for (HistoryEvent stop : story.all(kind)) {
                int end = Math.min(firstAfter(story, Kind.ARRIVED, stop), firstAfter(story, Kind.DEAD, stop));
                note(unitOf(story), new Span(stop.index(), kind == Kind.DEAD ? stop.index() : end));
            }
        }
    }

    private static int firstAfter(MessageStory story, Kind kind, HistoryEvent event) {
        return story.all(kind).stream()
                .mapToInt(HistoryEvent::index)
                .filter(index -> index > event.index())
                .findFirst()
                .orElse(MessageStory.NEVER);
    }

    private void noteWaitsOfDestinations() {
        Map<String, Integer> downSince = new HashMap<>();
        for (HistoryEvent event : stories.sendings()) {
            String destination = stories.destinationOf(event);
            if (event.kind() == Kind.UNAVAILABLE) {
                downSince.putIfAbsent(destination, event.index());
            } else {
                Integer since = downSince.remove(destination);
                if (since != null) {
                    note(destination, new Span(since, event.index()));
                }
            }
        }
        downSince.forEach((destination, since) -> note(destination, new Span(since, MessageStory.NEVER)));
    }

    private void note(Object unit, Span span) {
        waits.computeIfAbsent(unit, same -> new ArrayList<>()).add(span);
    }

    private void measure(MessageStory story, Consumer<Violation> to) {
        Fingerprint published = story.published();
        HistoryEvent commit = story.end;
        if (published == null || commit == null) {
            return;
        }
        int done = story.first(Kind.ARRIVED);
        long doneNanos = done == MessageStory.NEVER
                ? stories.endNanos()
                : story.all(Kind.ARRIVED).get(0).nanos();
        if (done < commit.index()
                || waited(unitOf(story), commit.index(), done)
                || waited(published.destination(), commit.index(), done)) {
            return;
        }
        long waited = stories.disturbances().longestCalm(commit.nanos(), doneNanos);
        if (waited > boundNanos) {
            to.accept(new Violation(
                    "G10",
                    story.id + " waited " + waited + " ns in undisturbed time; the bound is " + boundNanos + " ns"));
        }
    }

    private boolean waited(Object unit, int from, int to) {
        return waits.getOrDefault(unit, List.of()).stream().anyMatch(span -> span.overlaps(from, to));
    }

    private static Object unitOf(MessageStory story) {
        Object key = story.key();
        return key == null ? story : key;
    }
}
