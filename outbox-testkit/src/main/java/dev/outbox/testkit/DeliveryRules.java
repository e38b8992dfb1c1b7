package dev.outbox.testkit;

import dev.outbox.testkit.HistoryEvent.Kind;
import java.util.List;
import java.util.function.Consumer;

/** G1, G2, G4 and G5: what arrives, how often, and unchanged. */
final class DeliveryRules {
    private DeliveryRules() {}

    /** G1: nothing arrives that was not committed, and nothing that was committed is lost. */
    static void atomicity(MessageStory story, Stories stories, Consumer<Violation> to) {
        boolean seen = story.has(Kind.ARRIVED) || story.has(Kind.LEFT_PENDING) || story.has(Kind.LEFT_DEAD);
        if (seen && !story.isCommitted() && !story.isCommitUnknown()) {
            to.accept(new Violation("G1", story.id + " is a phantom: its transaction was not committed"));
        }
        if (story.has(Kind.CONFIRMED) && !story.has(Kind.ARRIVED)) {
            to.accept(new Violation("G1", story.id + " was confirmed and did not arrive"));
        }
        boolean accounted = seen || story.has(Kind.DISCARDED);
        if (stories.isEnded() && story.isCommitted() && !accounted) {
            to.accept(new Violation("G1", story.id + " is lost: neither arrived, nor pending, nor dead"));
        }
    }

    /** G2: after a calm end nothing is left to do. */
    static void drained(MessageStory story, Consumer<Violation> to) {
        if (story.has(Kind.LEFT_PENDING)) {
            to.accept(new Violation("G2", story.id + " was still pending at the end"));
        }
    }

    /** G4: what arrives again has a fault for a reason, and the same bytes. */
    static void duplicates(MessageStory story, Stories stories, Consumer<Violation> to) {
        List<HistoryEvent> arrivals = story.all(Kind.ARRIVED);
        for (int i = 1; i < arrivals.size(); i++) {
            int from = arrivals.get(i - 1).index();
            int until = arrivals.get(i).index();
            if (!isExcused(story, stories, from, until)) {
                to.accept(new Violation("G4", story.id + " arrived again without a fault"));
            }
            Fingerprint first = arrivals.get(0).print();
            Fingerprint again = arrivals.get(i).print();
            if (first != null && again != null && !first.equals(again)) {
                to.accept(new Violation("G4", story.id + " arrived again with another " + again.difference(first)));
            }
        }
    }

    /** A fault may also have come before the first arrival: a sending that counted as unknown arrives late, beside the one that replaced it. */
    private static boolean isExcused(MessageStory story, Stories stories, int from, int until) {
        return story.hasBetween(Kind.UNKNOWN, 0, until)
                || story.hasBetween(Kind.CRASHED, 0, until)
                || story.hasBetween(Kind.REDRIVEN, from, until)
                || stories.disturbances().overlap(from, until);
    }

    /** G5: what arrives is what was published. */
    static void integrity(MessageStory story, Consumer<Violation> to) {
        Fingerprint published = story.published();
        for (HistoryEvent arrival : story.all(Kind.ARRIVED)) {
            Fingerprint print = arrival.print();
            if (published != null && print != null && !published.equals(print)) {
                to.accept(new Violation("G5", story.id + " arrived with another " + print.difference(published)));
            }
        }
    }
}
