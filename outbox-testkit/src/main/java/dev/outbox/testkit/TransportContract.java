package dev.outbox.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.Message;
import dev.outbox.Payload;
import dev.outbox.spi.Outcome;
import dev.outbox.spi.Outgoing;
import dev.outbox.spi.Transport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The contract of {@link Transport}. A transport's test extends this class and says how to reach and to disturb its destination; the names of the tests carry
 * the numbers of the guarantees.
 */
public abstract class TransportContract {
    private static final Instant CREATED = Instant.parse("2026-01-02T03:04:05.678Z");
    private static final int MANY = 500;
    /** Less than a client blocks that waits for its server, and more than a busy machine takes for some calls. */
    private static final Duration AT_ONCE = Duration.ofSeconds(10);
    /** What a busy machine may take longer. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final RecordedOutcomes outcomes = new RecordedOutcomes();
    private final List<Outgoing> sendings = new ArrayList<>();

    /** The transport under test; the same object during one test. */
    protected abstract Transport transport();

    /** A destination that takes messages; empty when the test begins. */
    protected abstract String destination();

    /** A destination that does not exist, or takes nothing. */
    protected abstract String missingDestination();

    /** What {@link #destination} holds, in the order of arrival, as a receiver reads it; asking may take it away. */
    protected abstract List<Message> arrived();

    /**
     * A message with this key that {@link #destination} refuses, while it takes others; for a transport that takes {@linkplain Transport#longestRun runs}, which has to
     * show that it then takes none of them.
     */
    protected Message refused(String key) {
        throw new UnsupportedOperationException(
                "a transport that takes runs says what its destination refuses: override refused");
    }

    /** From now on the server of {@link #destination} does not answer, and connections to it hang. */
    protected abstract void stopAnswering();

    /** No sending has two outcomes. */
    @AfterEach
    public void noSendingHasTwoOutcomes() {
        transport().close();
        sendings.forEach(sending -> assertThat(outcomes.of(sending.token()))
                .as("outcomes of " + sending)
                .hasSizeLessThanOrEqualTo(1));
    }

    @Test
    public void g4_everyMessageGetsExactlyOneOutcome() {
        send(IntStream.range(0, MANY)
                .mapToObj(i -> message("key-" + i % 7, "text " + i))
                .toArray(Message[]::new));
        awaitOutcomes();
        transport().close();
        assertThat(sendings)
                .allSatisfy(sending -> assertThat(outcomes.of(sending.token())).hasSize(1));
    }

    @Test
    public void g1_whatIsConfirmedHasArrived() {
        Message[] messages = IntStream.range(0, MANY)
                .mapToObj(i -> message(null, "text " + i))
                .toArray(Message[]::new);
        send(messages);
        awaitConfirmed();
        assertThat(arrived())
                .extracting(Message::id)
                .containsExactlyInAnyOrder(
                        Arrays.stream(messages).map(Message::id).toArray(String[]::new));
    }

    @Test
    public void g5_messagesArriveAsTheyWereSent() {
        byte[] everyByte = new byte[256];
        IntStream.range(0, everyByte.length).forEach(i -> everyByte[i] = (byte) i);
        Message full = Message.to(destination())
                .id("own id/ü")
                .key("schlüssel '\" %41 漢字 🙂")
                .type("Type/of it")
                .header("h1", "value ' \" : = % ä 🙂")
                .header("H.2_b-c", "second")
                .header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
                .correlationId("correlation ü")
                .causationId("cause")
                .payload("application/x-test", Payload.of(everyByte));
        Message plain = Message.to(destination()).payload("text/plain", Payload.empty());
        send(full);
        awaitConfirmed();
        send(plain);
        awaitConfirmed();
        List<Message> arrived = arrived();
        assertThat(arrived).hasSize(2);
        assertSame(arrived.get(0), full);
        assertSame(arrived.get(1), plain);
    }

    @Test
    public void g12_thePayloadMayBeAsLargeAsTheLimitSays() {
        byte[] bytes = new byte[transport().limits(destination()).maxPayloadBytes()];
        Arrays.fill(bytes, (byte) 'x');
        send(Message.to(destination()).key("k").bytes(bytes));
        awaitConfirmed();
        assertThat(arrived().get(0).payload()).isEqualTo(Payload.wrap(bytes));
    }

    @Test
    public void g3_messagesSentOneAfterAnotherArriveInThatOrder() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            Message message = message("k", "text " + i);
            ids.add(message.id());
            send(message);
            awaitConfirmed();
        }
        assertThat(arrived()).extracting(Message::id).containsExactlyElementsOf(ids);
    }

    @Test
    public void g3_runsArriveInTheirOrder() {
        int length = Math.min(transport().longestRun(), 100);
        List<Message> batch = new ArrayList<>();
        for (String key : List.of("k", "other", "third")) {
            IntStream.range(0, length).forEach(i -> batch.add(message(key, key + i)));
            batch.add(message(null, "between"));
        }
        send(batch.toArray(Message[]::new));
        awaitConfirmed();
        List<Message> arrived = arrived();
        for (String key : List.of("k", "other", "third")) {
            assertThat(arrived.stream()
                            .filter(message -> message.key().equals(Optional.of(key)))
                            .map(message -> message.payload().toUtf8String()))
                    .containsExactlyElementsOf(
                            IntStream.range(0, length).mapToObj(i -> key + i).toList());
        }
    }

    @Test
    public void g3_ofARunWithAMessageThatIsRefusedNothingArrives() {
        send(message("k", "before"));
        awaitConfirmed();
        if (transport().longestRun() > 1) {
            send(message("k", "first"), refused("k"), message("k", "third"));
            awaitOutcomes();
            assertThat(sendings.subList(1, 4))
                    .allSatisfy(sending -> assertThat(outcomes.of(sending.token()))
                            .singleElement()
                            .isNotInstanceOf(Outcome.Confirmed.class));
        }
        Message after = message("k", "after");
        send(after);
        awaitOutcomes();
        assertThat(outcomes.of(sendings.size())).containsExactly(Outcome.CONFIRMED);
        assertThat(arrived())
                .extracting(message -> message.payload().toUtf8String())
                .containsExactly("before", "after");
    }

    @Test
    public void g4_aMessageThatIsSentAgainHasItsIdAndItsBytes() {
        Message message = message("k", "twice");
        send(message);
        send(message);
        awaitConfirmed();
        assertThat(arrived()).hasSizeBetween(1, 2).allSatisfy(arrived -> assertSame(arrived, message));
    }

    @Test
    public void g10_sendingDoesNotWaitForADestinationThatHangs() {
        send(message("k", "warm"));
        awaitConfirmed();
        stopAnswering();
        long begin = System.nanoTime();
        for (int i = 0; i < 20; i++) {
            send(message("key-" + i, "stuck"));
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .as("20 sendings")
                .isLessThan(AT_ONCE);
    }

    @Test
    public void g10_aMissingDestinationHoldsUpNoOther() {
        Message lost = Message.to(missingDestination()).text("nowhere");
        Message fine = message("k", "fine");
        long begin = System.nanoTime();
        send(lost);
        send(fine);
        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .as("both sendings")
                .isLessThan(AT_ONCE);
        awaitOutcomes();
        assertThat(outcomes.of(sendings.get(0).token())).doesNotContain(Outcome.CONFIRMED);
        assertThat(outcomes.of(sendings.get(1).token())).containsExactly(Outcome.CONFIRMED);
        assertThat(arrived()).hasSize(1);
    }

    @Test
    public void g11_closingReportsWhatHasNoOutcome() {
        send(message("k", "warm"));
        awaitConfirmed();
        stopAnswering();
        send(message("k", "first"), message("other", "second"), message(null, "third"));
        transport().close();
        outcomes.await(sendings.size(), PATIENCE);
        assertThat(sendings.subList(1, 4))
                .allSatisfy(sending -> assertThat(outcomes.of(sending.token()))
                        .singleElement()
                        .isNotInstanceOf(Outcome.Confirmed.class)
                        .isNotInstanceOf(Outcome.Rejected.class));
    }

    @Test
    public void closingMayBeRepeatedAndNothingIsConfirmedAfterwards() {
        transport().close();
        transport().close();
        try {
            send(message("k", "late"));
        } catch (RuntimeException e) {
            assertThat(e).as("a closed transport may refuse").isInstanceOf(IllegalStateException.class);
        }
        assertThat(outcomes.of(sendings.get(0).token())).doesNotContain(Outcome.CONFIRMED);
    }

    @Test
    public void anEmptyBatchDoesNothing() {
        send();
        assertThat(arrived()).isEmpty();
    }

    @Test
    public void g12_theSendTimeoutIsPositive() {
        assertThat(transport().sendTimeout()).isPositive();
    }

    private Message message(@Nullable String key, String text) {
        return Message.to(destination()).key(key).text(text);
    }

    private void send(Message... messages) {
        List<Outgoing> batch = new ArrayList<>();
        for (Message message : messages) {
            Outgoing sending = new Outgoing(sendings.size() + 1L, message, CREATED, 1);
            sendings.add(sending);
            batch.add(sending);
        }
        transport().send(batch, outcomes);
    }

    private void awaitOutcomes() {
        outcomes.await(sendings.size(), transport().sendTimeout().plus(PATIENCE));
    }

    private void awaitConfirmed() {
        awaitOutcomes();
        assertThat(sendings)
                .allSatisfy(sending -> assertThat(outcomes.of(sending.token())).containsExactly(Outcome.CONFIRMED));
    }

    private static void assertSame(Message arrived, Message sent) {
        assertThat(arrived.id()).isEqualTo(sent.id());
        assertThat(arrived.destination()).isEqualTo(sent.destination());
        assertThat(arrived.key()).isEqualTo(sent.key());
        assertThat(arrived.type()).isEqualTo(sent.type());
        assertThat(arrived.contentType()).isEqualTo(sent.contentType());
        assertThat(arrived.headers()).isEqualTo(sent.headers());
        assertThat(arrived.payload()).isEqualTo(sent.payload());
        assertThat(arrived.correlationId()).isEqualTo(sent.correlationId());
        assertThat(arrived.causationId()).isEqualTo(sent.causationId());
    }
}
