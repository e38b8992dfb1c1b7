package dev.outbox.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outbox.Message;
import dev.outbox.spi.DeadReason;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What fails and what waits: G8 to G10. */
class HistoryCheckerFailuresTest extends HistoryFixture {
    @Test
    void g8_noMoreAttemptsAreChargedThanThePolicyAllows() {
        Message message = published("m1");
        for (int attempt = 1; attempt <= 4; attempt++) {
            history.failed("m1");
            history.charged("m1", attempt);
        }
        arrive(message);
        end();
        assertThat(broken()).containsExactly("G8");
    }

    @Test
    void g8_aCrashAllowsOneMore() {
        Message message = published("m1");
        history.crashed(List.of("m1"));
        for (int attempt = 1; attempt <= 3; attempt++) {
            history.failed("m1");
            history.charged("m1", attempt + 1);
        }
        arrive(message);
        end();
        assertThat(broken()).isEmpty();
    }

    @Test
    void g8_anOutageCostsNoAttempts() {
        Message message = published("m1");
        history.unavailable("m1");
        history.charged("m1", 1);
        arrive(message);
        end();
        assertThat(broken()).containsExactly("G8");
    }

    @Test
    void g8_nothingDiesOfItsAttemptsBeforeTheyAreUsedUp() {
        published("m1");
        history.failed("m1");
        history.failed("m1");
        history.dead("m1", DeadReason.ATTEMPTS_EXHAUSTED, 2);
        history.ended(List.of(), List.of("m1"));
        assertThat(broken()).containsExactly("G8");
    }

    @Test
    void g8_attemptsBeginAnewAfterARedrive() {
        Message message = published("m1");
        failThreeTimesAndDie();
        history.redriven("m1");
        failThreeTimesAndDie();
        history.redriven("m1");
        arrive(message);
        end();
        assertThat(broken()).isEmpty();
    }

    private void failThreeTimesAndDie() {
        for (int attempt = 1; attempt <= 3; attempt++) {
            history.failed("m1");
        }
        history.dead("m1", DeadReason.ATTEMPTS_EXHAUSTED, 3);
    }

    @Test
    void g9_aDeadLetterIsNotLost() {
        published("m1");
        history.failed("m1");
        history.dead("m1", DeadReason.REJECTED, 1);
        end();
        assertThat(broken()).contains("G9");
    }

    @Test
    void g9_aDeadLetterIsNotDoubled() {
        published("m1");
        history.failed("m1");
        history.dead("m1", DeadReason.REJECTED, 1);
        history.ended(List.of(), List.of("m1", "m1"));
        assertThat(broken()).containsExactly("G9");
    }

    @Test
    void g9_aDeadLetterIsNotPendingToo() {
        published("m1");
        history.failed("m1");
        history.dead("m1", DeadReason.REJECTED, 1);
        history.ended(List.of("m1"), List.of("m1"));
        assertThat(HistoryChecker.of(history).check())
                .extracting(Violation::guarantee)
                .containsExactly("G9");
    }

    @Test
    void g9_aMessageDoesNotDieTwice() {
        published("m1");
        history.failed("m1");
        history.dead("m1", DeadReason.REJECTED, 1);
        history.dead("m1", DeadReason.REJECTED, 1);
        history.ended(List.of(), List.of("m1"));
        assertThat(broken()).containsOnly("G9");
    }

    @Test
    void g9_aDeadLetterIsNotFetchedAgain() {
        published("m1");
        history.fetched("m1");
        history.failed("m1");
        history.dead("m1", DeadReason.REJECTED, 1);
        history.fetched("m1");
        history.ended(List.of(), List.of("m1"));
        assertThat(broken()).containsExactly("G9");
    }

    @Test
    void g9_aDeadLetterIsRedrivenOnce() {
        Message message = published("m1");
        history.failed("m1");
        history.dead("m1", DeadReason.REJECTED, 1);
        history.redriven("m1");
        history.fetched("m1");
        arrive(message);
        end();
        assertThat(broken()).isEmpty();
        history.redriven("m1");
        assertThat(broken()).containsExactly("G9");
    }

    @Test
    void g9_aDiscardedDeadLetterIsNoLoss() {
        published("m1");
        history.failed("m1");
        history.dead("m1", DeadReason.REJECTED, 1);
        history.discarded("m1");
        end();
        assertThat(broken()).isEmpty();
    }

    @Test
    void g10_aMessageThatNothingHoldsUpArrivesInTime() {
        Message message = published("m1");
        clock.advance(BOUND.plusNanos(1));
        arrive(message);
        end();
        assertThat(broken()).containsExactly("G10");
    }

    @Test
    void g10_aMessageThatDoesNotArriveAtAllIsLateToo() {
        published("m1");
        clock.advance(BOUND.plusNanos(1));
        history.ended(List.of("m1"), List.of());
        assertThat(broken()).containsExactlyInAnyOrder("G2", "G10");
    }

    @Test
    void g10_disturbedTimeDoesNotCount() {
        Message message = published("m1");
        clock.advance(BOUND);
        history.disturbed();
        clock.advance(BOUND.multipliedBy(10));
        history.calm();
        clock.advance(BOUND);
        arrive(message);
        end();
        assertThat(broken()).isEmpty();
    }

    @Test
    void g10_aFailingKeyMayWaitAndNoOther() {
        Message failing = published("m1");
        Message behind = published("m2");
        Message other = publish(Message.to("d").id("m3").key("other").text(""));
        history.failed("m1");
        clock.advance(BOUND.plusNanos(1));
        List.of(failing, behind, other).forEach(this::arrive);
        end();
        assertThat(HistoryChecker.of(history).latencyBound(BOUND).check())
                .singleElement()
                .satisfies(violation -> assertThat(violation.what()).startsWith("m3"));
    }

    @Test
    void g10_anUnavailableDestinationMayWaitAndNoOther() {
        Message stopped = published("m1");
        Message alike = publish(Message.to("d").id("m2").key("another").text(""));
        Message other = publish(Message.to("e").id("m3").text(""));
        history.unavailable("m1");
        clock.advance(BOUND.plusNanos(1));
        List.of(stopped, alike, other).forEach(this::arrive);
        Message afterwards = publish(Message.to("d").id("m4").text(""));
        clock.advance(BOUND.plusNanos(1));
        arrive(afterwards);
        end();
        assertThat(HistoryChecker.of(history).latencyBound(BOUND).check())
                .extracting(Violation::what)
                .satisfiesExactly(
                        what -> assertThat(what).startsWith("m3"),
                        what -> assertThat(what).startsWith("m4"));
    }

    @Test
    void theStoryOfAMessageCanBeRead() {
        published("m1");
        history.failed("m1");
        assertThat(history.of("m1")).hasSize(2).allMatch(line -> line.contains("m1"));
        assertThat(String.join("", history.of("m1"))).doesNotContain("payload");
    }

    @Test
    void attemptsBelowOneAreRefused() {
        assertThatThrownBy(() -> HistoryChecker.of(history).maxAttempts(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0");
    }
}
