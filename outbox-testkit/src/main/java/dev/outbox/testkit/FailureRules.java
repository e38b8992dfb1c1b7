package dev.outbox.testkit;

import dev.outbox.spi.DeadReason;
import dev.outbox.testkit.HistoryEvent.Kind;
import java.util.function.Consumer;

/** G8 and G9: attempts and dead letters. */
final class FailureRules {
    private FailureRules() {}

    /** G8: only failures of the message itself, and crashes with it in hand, are charged, and no more than the policy allows. */
    static void attempts(MessageStory story, int maxAttempts, Consumer<Violation> to) {
        int begin = 0;
        for (HistoryEvent redrive : story.all(Kind.REDRIVEN)) {
            attemptsOfOneLife(story, begin, redrive.index(), maxAttempts, to);
            begin = redrive.index();
        }
        attemptsOfOneLife(story, begin, MessageStory.NEVER, maxAttempts, to);
    }

    private static void attemptsOfOneLife(
            MessageStory story, int begin, int end, int maxAttempts, Consumer<Violation> to) {
        int charged = Math.max(mostCharged(story, Kind.CHARGED, begin, end), mostCharged(story, Kind.DEAD, begin, end));
        int crashes = count(story, Kind.CRASHED, begin, end);
        int own = count(story, Kind.FAILED, begin, end) + count(story, Kind.UNKNOWN, begin, end) + crashes;
        if (charged > own) {
            to.accept(new Violation(
                    "G8", story.id + " was charged " + charged + " attempts, of which only " + own + " were its own"));
        }
        if (charged - crashes > maxAttempts) {
            to.accept(new Violation(
                    "G8",
                    story.id + " was charged " + charged + " attempts of " + maxAttempts + " and " + crashes
                            + " crashes"));
        }
        for (HistoryEvent dead : story.all(Kind.DEAD)) {
            boolean early = maxAttempts != Integer.MAX_VALUE && dead.attempts() < maxAttempts;
            if (isWithin(dead, begin, end) && early && dead.detail().equals(DeadReason.ATTEMPTS_EXHAUSTED.name())) {
                to.accept(new Violation(
                        "G8", story.id + " died after " + dead.attempts() + " of " + maxAttempts + " attempts"));
            }
        }
    }

    /** G9: a dead letter is there once, until it is redriven or discarded, and until then it is not read again. */
    static void deadLetters(MessageStory story, Stories stories, Consumer<Violation> to) {
        int deaths = story.count(Kind.DEAD);
        int exits = story.count(Kind.REDRIVEN) + story.count(Kind.DISCARDED);
        if (exits > deaths) {
            to.accept(new Violation(
                    "G9", story.id + " was redriven or discarded " + exits + " times, but died " + deaths));
        }
        if (deaths > exits + 1) {
            to.accept(new Violation("G9", story.id + " died " + deaths + " times with " + exits + " redrives"));
        }
        if (stories.isEnded()) {
            deadLettersLeft(story, Math.max(0, deaths - exits), to);
        }
        for (HistoryEvent fetch : story.all(Kind.FETCHED)) {
            if (deadBefore(story, fetch.index())) {
                to.accept(new Violation("G9", story.id + " was fetched although it was a dead letter"));
                return;
            }
        }
    }

    private static void deadLettersLeft(MessageStory story, int expected, Consumer<Violation> to) {
        int left = story.count(Kind.LEFT_DEAD);
        if (left < expected) {
            to.accept(new Violation("G9", story.id + " died and is not among the dead letters"));
        }
        if (left + story.count(Kind.LEFT_PENDING) > 1) {
            to.accept(new Violation("G9", story.id + " is there more than once"));
        }
        if (left > 0 && expected == 0) {
            to.accept(new Violation("G9", story.id + " is among the dead letters and did not die"));
        }
    }

    private static boolean deadBefore(MessageStory story, int index) {
        int deaths = count(story, Kind.DEAD, 0, index);
        return deaths > count(story, Kind.REDRIVEN, 0, index);
    }

    private static int mostCharged(MessageStory story, Kind kind, int begin, int end) {
        return story.all(kind).stream()
                .filter(event -> isWithin(event, begin, end))
                .mapToInt(HistoryEvent::attempts)
                .max()
                .orElse(0);
    }

    private static int count(MessageStory story, Kind kind, int begin, int end) {
        return (int) story.all(kind).stream()
                .filter(event -> isWithin(event, begin, end))
                .count();
    }

    private static boolean isWithin(HistoryEvent event, int begin, int end) {
        return event.index() >= begin && event.index() < end;
    }
}
