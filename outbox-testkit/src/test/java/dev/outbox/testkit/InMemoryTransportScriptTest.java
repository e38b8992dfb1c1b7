package dev.outbox.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outbox.Message;
import dev.outbox.spi.Outcome;
import dev.outbox.spi.Outgoing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class InMemoryTransportScriptTest {
    private final InMemoryTransport transport = new InMemoryTransport();
    private final RecordedOutcomes outcomes = new RecordedOutcomes();
    private long lastToken;

    private List<Outcome> send(Answer answer) {
        transport.next(message -> true, answer);
        return send(Message.to("d").text("t"));
    }

    private List<Outcome> send(Message message) {
        transport.send(List.of(new Outgoing(++lastToken, message, Instant.EPOCH, 1)), outcomes);
        return outcomes.of(lastToken);
    }

    private int arrived() {
        return transport.arrived("d").size();
    }

    @Test
    void everySendingIsConfirmedUnlessAScriptSaysOtherwise() {
        assertThat(send(Message.to("d").text("t"))).containsExactly(Outcome.CONFIRMED);
        assertThat(arrived()).isEqualTo(1);
        assertThat(transport.sent()).hasSize(1);
    }

    @Test
    void aConfirmationIsHeldUntilItIsReleased() {
        assertThat(send(Answer.confirmLate())).isEmpty();
        assertThat(arrived()).isEqualTo(1);
        transport.release();
        assertThat(outcomes.of(lastToken)).containsExactly(Outcome.CONFIRMED);
        transport.release();
        assertThat(outcomes.of(lastToken)).hasSize(1);
        assertThat(arrived()).isEqualTo(1);
    }

    @Test
    void aMessageArrivesLateWithItsConfirmation() {
        assertThat(send(Answer.arriveLate())).isEmpty();
        assertThat(arrived()).isZero();
        transport.release();
        assertThat(arrived()).isEqualTo(1);
        assertThat(outcomes.of(lastToken)).containsExactly(Outcome.CONFIRMED);
    }

    @Test
    void whatFailsDoesNotArrive() {
        assertThat(send(Answer.reject("r")).get(0)).isInstanceOf(Outcome.Rejected.class);
        assertThat(send(Answer.fail("f")).get(0)).isInstanceOf(Outcome.Failed.class);
        assertThat(send(Answer.unavailable()).get(0)).isInstanceOf(Outcome.Unavailable.class);
        assertThat(send(Answer.unavailable(Duration.ofSeconds(3))).get(0))
                .isInstanceOfSatisfying(
                        Outcome.Unavailable.class,
                        outcome -> assertThat(outcome.retryAfter()).isEqualTo(Optional.of(Duration.ofSeconds(3))));
        assertThat(arrived()).isZero();
        assertThat(transport.held()).isZero();
    }

    @Test
    void whatIsUnknownMayHaveArrived() {
        assertThat(send(Answer.loseMessage()).get(0)).isInstanceOf(Outcome.Unknown.class);
        assertThat(arrived()).isZero();
        assertThat(send(Answer.loseConfirmation()).get(0)).isInstanceOf(Outcome.Unknown.class);
        assertThat(arrived()).isEqualTo(1);
        assertThat(send(Answer.arriveAfterUnknown()).get(0)).isInstanceOf(Outcome.Unknown.class);
        assertThat(arrived()).isEqualTo(1);
        transport.release();
        assertThat(arrived()).isEqualTo(2);
        assertThat(outcomes.of(lastToken)).hasSize(1);
    }

    @Test
    void whatNeverGetsAnOutcomeIsUnknownWhenTheTransportIsClosed() {
        assertThat(send(Answer.silence())).isEmpty();
        transport.release();
        assertThat(outcomes.of(lastToken)).isEmpty();
        assertThat(transport.held()).isEqualTo(1);
        transport.close();
        assertThat(outcomes.of(lastToken)).singleElement().isInstanceOf(Outcome.Unknown.class);
    }

    @Test
    void aFaultEndsTheBatchButNotWhatWentBefore() {
        RuntimeException fault = new IllegalStateException("broken");
        transport.next(message -> message.id().equals("b"), Answer.fault(fault));
        List<Outgoing> batch = new ArrayList<>();
        for (String id : List.of("a", "b", "c")) {
            batch.add(new Outgoing(++lastToken, Message.to("d").id(id).text("t"), Instant.EPOCH, 1));
        }
        assertThatThrownBy(() -> transport.send(batch, outcomes)).isSameAs(fault);
        assertThat(outcomes.of(1)).containsExactly(Outcome.CONFIRMED);
        assertThat(outcomes.of(2)).isEmpty();
        assertThat(outcomes.of(3)).isEmpty();
        assertThat(transport.arrived("d")).extracting(Message::id).containsExactly("a");
    }

    @Test
    void plansApplyInOrderAndToTheirMessagesAlone() {
        Message planned = Message.to("d").id("planned").text("t");
        transport.next(message -> message.id().equals("planned"), Answer.fail("1"), Answer.fail("2"));
        assertThat(send(planned).get(0)).isInstanceOf(Outcome.Failed.class);
        assertThat(send(Message.to("d").text("t"))).containsExactly(Outcome.CONFIRMED);
        assertThat(send(planned).get(0)).isInstanceOf(Outcome.Failed.class);
        assertThat(send(planned)).containsExactly(Outcome.CONFIRMED);
    }

    @Test
    void arrivalsAreToldInTheirOrder() {
        List<String> told = new ArrayList<>();
        transport.onArrival(message -> told.add(message.id()));
        send(Message.to("d").id("a").text("t"));
        send(Answer.fail("f"));
        send(Message.to("e").id("b").text("t"));
        assertThat(told).containsExactly("a", "b");
    }
}
