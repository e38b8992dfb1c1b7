package dev.outbox.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PollingTest {
    private static final long MIN = Duration.ofMillis(5).toNanos();
    private static final long MAX = Duration.ofSeconds(2).toNanos();
    private static final long MILLI = Duration.ofMillis(1).toNanos();
    private static final double JITTER = 0.8;

    private final Polling polling = new Polling(Duration.ofNanos(MIN), Duration.ofNanos(MAX), new Random(1));

    @Test
    void theFirstReadIsDueAtOnce() {
        assertThat(polling.isDue(17)).isTrue();
        assertThat(polling.nanosUntilDue(17)).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, Long.MIN_VALUE, -1, Long.MAX_VALUE - 1_000})
    void itDoesNotMatterWhereTheClockStarts(long start) {
        polling.after(3, false, 0, start);

        assertThat(polling.nanosUntilDue(start)).isBetween((long) (MIN * JITTER), MIN);
        assertThat(polling.isDue(start)).isFalse();
        assertThat(polling.isDue(start + MIN)).isTrue();
    }

    @Test
    void moreIsReadAtOnce() {
        polling.after(100, true, MILLI, 50);

        assertThat(polling.isDue(50)).isTrue();
    }

    @Test
    void whileNothingComesReadsBecomeRareButNotRarerThanTheLongestPause() {
        long now = 0;
        long before = 0;
        for (int i = 0; i < 40; i++) {
            polling.after(0, false, 0, now);
            long wait = polling.nanosUntilDue(now);
            assertThat(wait).as("wait %d", i).isBetween(Math.min((long) (before * JITTER), (long) (MAX * JITTER)), MAX);
            before = wait;
            now += wait;
        }
        assertThat(before).isGreaterThanOrEqualTo((long) (MAX * JITTER));
    }

    @Test
    void whatComesMakesReadsFrequentAgain() {
        for (int i = 0; i < 40; i++) {
            polling.after(0, false, 0, 0);
        }

        polling.after(1, false, 0, 0);

        assertThat(polling.nanosUntilDue(0)).isLessThanOrEqualTo(MIN);
    }

    @Test
    void aHintIsFollowedAtOnceAndForAWhileEveryMillisecond() {
        polling.after(0, false, 0, 0);

        polling.hint(10);

        assertThat(polling.isDue(10)).isTrue();
        polling.begins();
        polling.after(1, false, 0, 10);
        assertThat(polling.nanosUntilDue(10)).isLessThanOrEqualTo(MILLI);
        long later = Duration.ofMillis(200).toNanos();
        polling.after(1, false, 0, later);
        assertThat(polling.nanosUntilDue(later)).isGreaterThan(MILLI);
    }

    /** The read may have begun before what was hinted at was committed. */
    @Test
    void aHintDuringAReadIsFollowedAsSoonAsReadsTakeHalfOfTheTime() {
        long cost = MILLI / 4;
        polling.hint(10);
        polling.begins();
        polling.hint(20);

        polling.after(0, false, cost, 30);

        assertThat(polling.nanosUntilDue(30)).isEqualTo(cost);
    }

    @Test
    void aHintBeforeAReadIsDoneWithByIt() {
        polling.hint(10);
        polling.begins();

        polling.after(1, false, MILLI / 4, 30);

        assertThat(polling.nanosUntilDue(30)).isBetween((long) (MILLI * JITTER), MILLI);
    }

    @Test
    void readsThatBringNothingTakeAtMostHalfOfTheTime() {
        long cost = Duration.ofMillis(300).toNanos();

        polling.after(0, false, cost, 0);

        assertThat(polling.nanosUntilDue(0)).isGreaterThanOrEqualTo(cost);
    }

    @Test
    void whileItRestsNoHintMakesItRead() {
        polling.after(3, false, MILLI, 0);
        polling.rest(40 * MILLI, 0);

        polling.hint(MILLI);

        assertThat(polling.isDue(40 * MILLI - 1)).isFalse();
        assertThat(polling.nanosUntilDue(MILLI)).isEqualTo(39 * MILLI);
        assertThat(polling.isDue(40 * MILLI)).isTrue();
    }

    @Test
    void aRestEndsByItselfAndWhenASlotIsAcquiredButNotWithAReadOfSomethingElse() {
        polling.rest(MAX, 0);
        polling.begins();
        polling.hint(MILLI);
        assertThat(polling.isDue(MILLI)).isFalse();

        polling.now(MILLI);
        assertThat(polling.isDue(MILLI)).isTrue();
    }

    @Test
    void aReadThatHungDelaysTheNextByTheLongestPauseAtMost() {
        polling.after(0, false, Duration.ofMinutes(5).toNanos(), 0);

        assertThat(polling.nanosUntilDue(0)).isLessThanOrEqualTo(MAX);
    }
}
