package dev.outbox.testkit;

import dev.outbox.testkit.HistoryEvent.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * G3: if m1's transaction was committed before m2 of the same destination and key was inserted, m1 arrived first before m2 arrived first, unless m1 was dead
 * by then. One sweep for each key: of the messages that were committed before an insert, the one that was done last decides.
 */
final class OrderRule {
    private OrderRule() {}

    static void check(Stories stories, Consumer<Violation> to) {
        stories.byKey().values().forEach(ofKey -> checkKey(ofKey, to));
    }

    private static void checkKey(List<MessageStory> ofKey, Consumer<Violation> to) {
        List<MessageStory> sources = new ArrayList<>(ofKey);
        sources.sort(Comparator.comparingInt(MessageStory::orderedFrom));
        List<MessageStory> targets = new ArrayList<>(ofKey);
        targets.sort(Comparator.comparingInt(MessageStory::ordered));
        int next = 0;
        @Nullable MessageStory latest = null;
        for (MessageStory target : targets) {
            while (next < sources.size() && sources.get(next).orderedFrom() < target.ordered()) {
                MessageStory source = sources.get(next++);
                latest = latest == null || source.done() > latest.done() ? source : latest;
            }
            if (latest != null && latest.done() > target.first(Kind.ARRIVED)) {
                to.accept(new Violation(
                        "G3",
                        target.id + " arrived before " + latest.id + " of its key, which was committed before it"));
            }
        }
    }
}
