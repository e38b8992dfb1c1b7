package dev.outbox.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.Message;
import dev.outbox.spi.DeadReason;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What arrives: G1 to G5. */
class HistoryCheckerTest extends HistoryFixture {
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
}
