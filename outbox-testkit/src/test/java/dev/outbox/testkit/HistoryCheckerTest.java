package dev.outbox.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outbox.Message;
import dev.outbox.spi.DeadReason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class HistoryCheckerTest {
    private static final Duration BOUND = Duration.ofSeconds(1);

    private final ManualClock clock = new ManualClock();
    private final History history = new History(clock);
    private int transactions;

    private static Message message(String id) {
        return Message.to("d").id(id).key("k").header("h", "v").text("payload of " + id);
    }

    private Message published(String id) {
        return publish(message(id));
    }

    private Message publish(Message message) {
        String transaction = "tx-" + ++transactions;
        history.inserted(transaction, message);
        history.committed(transaction);
        return message;
    }

    private void arrive(Message message) {
        history.arrived(message.destination(), message);
        history.confirmed(message.id());
    }

    private List<String> broken() {
        return HistoryChecker.of(history).maxAttempts(3).latencyBound(BOUND).drained().check().stream()
                .map(Violation::guarantee)
                .toList();
    }

    private void end() {
        history.ended(List.of(), List.of());
    }

    @Test
    void aGoodHistoryBreaksNothing() {
        Message first = published("m1");
        arrive(first);
        Message second = published("m2");
        history.failed("m2");
        history.charged("m2", 1);
        history.parked("m2");
        arrive(second);
        end();
        assertThat(broken()).isEmpty();
    }

    @Test
    void anEmptyHistoryBreaksNothing() {
        end();
        assertThat(broken()).isEmpty();
    }

    @Test
    void g1_aMessageThatIsNowhereIsLost() {
        published("m1");
        end();
        assertThat(broken()).containsExactly("G1");
    }

    @Test
    void g1_aMessageThatIsPendingIsNotLost() {
        published("m1");
        history.ended(List.of("m1"), List.of());
        assertThat(broken()).containsExactly("G2");
        assertThat(HistoryChecker.of(history).check()).isEmpty();
    }

    @Test
    void g1_aMessageOfATransactionThatWasRolledBackIsAPhantom() {
        Message message = message("m1");
        history.inserted("tx", message);
        history.rolledBack("tx");
        arrive(message);
        end();
        assertThat(broken()).containsExactly("G1");
    }

    @Test
    void g1_aMessageThatNobodyPublishedIsAPhantom() {
        arrive(message("m1"));
        end();
        assertThat(broken()).containsExactly("G1");
    }

    @Test
    void g1_aMessageOfAnOpenTransactionIsAPhantom() {
        Message message = message("m1");
        history.inserted("tx", message);
        arrive(message);
        end();
        assertThat(broken()).containsExactly("G1");
    }

    @Test
    void g1_nothingIsDemandedOfAnUnknownCommit() {
        Message arrives = message("m1");
        history.inserted("tx", arrives);
        history.inserted("tx", message("m2"));
        history.commitUnknown("tx");
        arrive(arrives);
        end();
        assertThat(broken()).isEmpty();
    }

    @Test
    void g1_aConfirmationWithoutArrivalIsALoss() {
        published("m1");
        history.confirmed("m1");
        end();
        assertThat(broken()).contains("G1");
    }

    @Test
    void g3_theLaterOfAKeyMustNotArriveFirst() {
        Message first = published("m1");
        Message second = published("m2");
        arrive(second);
        arrive(first);
        end();
        assertThat(broken()).containsExactly("G3");
    }

    @Test
    void g3_theLaterOfAKeyMustNotArriveAloneWhileTheFirstIsPending() {
        published("m1");
        arrive(published("m2"));
        history.ended(List.of("m1"), List.of());
        assertThat(HistoryChecker.of(history).check())
                .extracting(Violation::guarantee)
                .containsExactly("G3");
    }

    @Test
    void g3_oneInversionAmongManyIsFound() {
        Message[] messages = new Message[50];
        for (int i = 0; i < messages.length; i++) {
            messages[i] = published("m" + i);
        }
        for (int i = 0; i < messages.length; i++) {
            arrive(messages[i == 20 ? 21 : i == 21 ? 20 : i]);
        }
        end();
        assertThat(HistoryChecker.of(history).check())
                .singleElement()
                .satisfies(violation ->
                        assertThat(violation.what()).contains("m21").contains("m20"));
    }

    @Test
    void g3_transactionsThatOverlapHaveNoOrder() {
        Message first = message("m1");
        Message second = message("m2");
        history.inserted("tx-a", first);
        history.inserted("tx-b", second);
        history.committed("tx-a");
        history.committed("tx-b");
        arrive(second);
        arrive(first);
        end();
        assertThat(broken()).isEmpty();
    }

    @Test
    void g3_keysAndDestinationsHaveNoOrderBetweenThem() {
        Message first = published("m1");
        Message otherKey = publish(Message.to("d").id("m2").key("K").text(""));
        Message otherDestination = publish(Message.to("e").id("m3").key("k").text(""));
        Message keyless = publish(Message.to("d").id("m4").text(""));
        List.of(keyless, otherDestination, otherKey, first).forEach(this::arrive);
        end();
        assertThat(broken()).isEmpty();
    }

    @Test
    void g3_aDeadLetterLetsTheNextPass() {
        published("m1");
        Message second = published("m2");
        history.failed("m1");
        history.dead("m1", DeadReason.REJECTED, 1);
        arrive(second);
        history.ended(List.of(), List.of("m1"));
        assertThat(broken()).isEmpty();
    }

    @Test
    void g3_aMessageThatDiesLaterDoesNotLetTheNextPass() {
        published("m1");
        Message second = published("m2");
        history.failed("m1");
        arrive(second);
        history.dead("m1", DeadReason.REJECTED, 1);
        history.ended(List.of(), List.of("m1"));
        assertThat(broken()).containsExactly("G3");
    }

    @Test
    void g3_laterArrivalsOfAnEarlierMessageAreNoInversion() {
        Message first = published("m1");
        Message second = published("m2");
        arrive(first);
        history.unknown("m1");
        arrive(second);
        arrive(first);
        end();
        assertThat(broken()).isEmpty();
    }

    @Test
    void g3_theOrderOfAScheduledMessageCountsFromItsReturn() {
        Message scheduled = publish(Message.to("d")
                .id("m1")
                .key("k")
                .notBefore(Instant.parse("2999-01-01T00:00:00Z"))
                .text(""));
        arrive(published("m2"));
        history.enqueued("m1");
        Message later = published("m3");
        arrive(later);
        arrive(scheduled);
        end();
        assertThat(HistoryChecker.of(history).check())
                .singleElement()
                .satisfies(violation -> assertThat(violation.what()).startsWith("m3"));
    }

    @Test
    void g4_aSecondArrivalNeedsAFault() {
        Message message = published("m1");
        arrive(message);
        arrive(message);
        end();
        assertThat(broken()).containsExactly("G4");
    }

    @Test
    void g4_faultsExcuseASecondArrival() {
        Message unknown = published("m1");
        Message crashed = published("m2");
        Message disturbed = published("m3");
        history.unknown("m1");
        List.of(unknown, crashed, disturbed).forEach(this::arrive);
        history.crashed(List.of("m2"));
        history.disturbed();
        List.of(unknown, crashed, disturbed).forEach(this::arrive);
        history.calm();
        end();
        assertThat(broken()).isEmpty();
        arrive(disturbed);
        assertThat(broken()).as("replaces what the disturbance left unsettled").isEmpty();
        arrive(disturbed);
        assertThat(broken()).as("after the disturbance").containsExactly("G4");
    }

    @Test
    void g4_aSecondArrivalHasTheSameBytes() {
        Message message = published("m1");
        arrive(message);
        history.unknown("m1");
        arrive(Message.to("d").id("m1").key("k").header("h", "v").text("Payload of m1"));
        end();
        assertThat(broken()).containsExactlyInAnyOrder("G4", "G5");
    }

    @Test
    void g5_everythingArrivesAsItWasPublished() {
        published("m1");
        published("m2");
        published("m3");
        published("m4");
        published("m5");
        arrive(Message.to("d").id("m1").key("k").header("h", "v").text("payload of m2"));
        arrive(Message.to("d").id("m2").key("K").header("h", "v").text("payload of m2"));
        arrive(Message.to("d").id("m3").key("k").header("h", "w").text("payload of m3"));
        arrive(Message.to("d").id("m4").key("k").type("T").header("h", "v").text("payload of m4"));
        history.arrived("e", message("m5"));
        end();
        assertThat(HistoryChecker.of(history).check())
                .extracting(Violation::toString)
                .containsExactly(
                        "G5: m1 arrived with another payload (13 bytes instead of 13, or others)",
                        "G5: m2 arrived with another key",
                        "G5: m3 arrived with another headers",
                        "G5: m4 arrived with another type or content type",
                        "G5: m5 arrived with another destination e instead of d");
    }

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
