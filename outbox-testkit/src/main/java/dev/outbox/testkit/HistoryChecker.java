package dev.outbox.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Holds a {@link History} against the guarantees, knowing nothing of how they are kept. What each demands, and what excuses a message from it, stands at the
 * method that turns it on; G1, G3, G4, G5, G9 and the part of G8 that outages cost nothing are always checked.
 *
 * <ul>
 *   <li>G1: nothing arrives that was not committed; what was committed has arrived or is, where {@link History#ended} was recorded, pending or dead.
 *   <li>G3: by {@code inserted}, {@code committed} and the first {@code arrived} of each message of a destination and key.
 *   <li>G4: a message arrives again only after {@code unknown}, {@code crashed}, {@code redriven} or while {@code disturbed}, and with the same bytes.
 *   <li>G5: payload, key, type, headers and destination of each arrival equal the published ones.
 *   <li>G8: {@code charged} never exceeds {@code failed}, {@code unknown} and {@code crashed}.
 *   <li>G9: by {@code dead}, {@code redriven}, {@code discarded}, {@code fetched} and the dead letters that were left.
 * </ul>
 *
 * <p>Not thread-safe; begins with the history as it stands when {@link #check} is called.
 */
public final class HistoryChecker {
    private final History history;
    private int maxAttempts = Integer.MAX_VALUE;
    private @Nullable Duration latencyBound;
    private boolean drained;

    private HistoryChecker(History history) {
        this.history = history;
    }

    /** A checker of {@code history}. */
    public static HistoryChecker of(History history) {
        return new HistoryChecker(Objects.requireNonNull(history, "history"));
    }

    /**
     * G8: a message is charged at most {@code maxAttempts}, and one more for each crash with it in hand, and does not die of its attempts before.
     *
     * @throws IllegalArgumentException if {@code maxAttempts} is below 1
     */
    public HistoryChecker maxAttempts(int maxAttempts) {
        if (maxAttempts < 1) {
            throw new IllegalArgumentException("maxAttempts " + maxAttempts + " must be at least 1");
        }
        this.maxAttempts = maxAttempts;
        return this;
    }

    /** G10: a message whose key and destination did not fail while it waited arrives within {@code bound} of undisturbed time after its commit. */
    public HistoryChecker latencyBound(Duration bound) {
        this.latencyBound = Objects.requireNonNull(bound, "bound");
        return this;
    }

    /** G2: the run ended after a calm time that was long enough, so nothing may be pending. */
    public HistoryChecker drained() {
        this.drained = true;
        return this;
    }

    /** What was broken, in no special order; empty when nothing was. */
    public List<Violation> check() {
        Stories stories = new Stories(history.events());
        List<Violation> violations = new ArrayList<>();
        for (MessageStory story : stories.all()) {
            DeliveryRules.atomicity(story, stories, violations::add);
            DeliveryRules.duplicates(story, stories, violations::add);
            DeliveryRules.integrity(story, violations::add);
            FailureRules.attempts(story, maxAttempts, violations::add);
            FailureRules.deadLetters(story, stories, violations::add);
            if (drained) {
                DeliveryRules.drained(story, violations::add);
            }
        }
        OrderRule.check(stories, violations::add);
        if (latencyBound != null) {
            new LatencyRule(stories, latencyBound.toNanos()).check(violations::add);
        }
        return List.copyOf(violations);
    }
}
