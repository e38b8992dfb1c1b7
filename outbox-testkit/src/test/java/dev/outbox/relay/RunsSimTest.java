package dev.outbox.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.Message;
import dev.outbox.retry.RetryPolicy;
import dev.outbox.spi.DeadLetterQuery;
import dev.outbox.spi.Heartbeat;
import dev.outbox.spi.OutcomeListener;
import dev.outbox.spi.Outgoing;
import dev.outbox.spi.Transport;
import dev.outbox.testkit.Answer;
import dev.outbox.testkit.InMemoryStore;
import dev.outbox.testkit.InMemoryTransport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What goes as one, what goes alone, and who pays when a run is refused. */
class RunsSimTest {
    private static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");
    private static final long MOST_NANOS = Duration.ofMinutes(1).toNanos();

    private long now;
    private final InMemoryStore store = new InMemoryStore(() -> BEGINNING.plusNanos(now));
    private final List<List<String>> calls = new ArrayList<>();
    private final InMemoryTransport destination = new InMemoryTransport();

    @Test
    void g3_aHotKeyGoesInRunsAndMessagesWithoutAKeyGoAlone() {
        destination.takeRuns(10);
        publish("k", 0, 25);
        store.publish(Message.to("d").id("free").text("x"));
        relay();
        assertThat(calls.stream().map(List::size)).containsExactlyInAnyOrder(10, 10, 5, 1);
        assertArrived(ids(0, 25));
    }

    @Test
    void g8_ofARunThatIsRefusedTheCulpritPaysAndNobodyElse() {
        destination.takeRuns(10);
        destination.script(sending -> sending.message().id().equals("m4") ? Answer.reject("poison") : Answer.confirm());
        publish("k", 0, 12);
        RelayEngine engine = relay();
        assertThat(calls.get(0)).hasSize(10);
        assertThat(calls.subList(1, 6)).allSatisfy(call -> assertThat(call).hasSize(1));
        assertThat(calls.get(6)).containsExactlyElementsOf(ids(5, 12));
        assertThat(engine.meter.failures()).isZero();
        assertThat(store.deadLetters().list(DeadLetterQuery.all()))
                .singleElement()
                .satisfies(dead -> {
                    assertThat(dead.message().id()).isEqualTo("m4");
                    assertThat(dead.attempts()).isEqualTo(1);
                });
        List<String> rest = ids(0, 12);
        rest.remove("m4");
        assertArrived(rest);
    }

    @Test
    void g8_aRunThatMayHaveArrivedIsSentAgainOneByOneAtFirstAndInOrder() {
        destination.takeRuns(10);
        destination.next(message -> true, Answer.loseConfirmation());
        publish("k", 0, 10);
        RelayEngine engine = relay();
        assertThat(calls.get(0)).hasSize(10);
        assertThat(calls.get(1)).containsExactly("m0");
        assertThat(engine.meter.failures()).isZero();
        List<String> arrived =
                destination.arrived("d").stream().map(Message::id).distinct().toList();
        assertThat(arrived).containsExactlyElementsOf(ids(0, 10));
    }

    @Test
    void g12_aRunHasNoMoreThanAMebibyte() {
        destination.takeRuns(100);
        for (int i = 0; i < 10; i++) {
            store.publish(Message.to("d").id("m" + i).key("k").bytes(new byte[300_000]));
        }
        relay();
        assertThat(calls.stream().map(List::size)).containsExactly(3, 3, 3, 1);
    }

    @Test
    void messagesThatWereUnderWayWhenAProcessEndedGoAlone() {
        destination.takeRuns(10);
        publish("k", 0, 5);
        publish("other", 5, 10);
        store.heartbeat(new Heartbeat("dead", Duration.ofMillis(1), Map.of(), Set.of(), Map.of()));
        store.mark("dead", Suspects.Note.range(-1, 0, 100, false).encode());
        now += Duration.ofSeconds(1).toNanos();
        relay();
        assertThat(calls).hasSize(10).allSatisfy(call -> assertThat(call).hasSize(1));
        assertThat(destination.arrived("d")).hasSize(10);
    }

    @Test
    void aTransportThatTakesNoRunsGetsOneMessageOfAKeyAtATime() {
        publish("k", 0, 10);
        relay();
        assertThat(calls).hasSize(10).allSatisfy(call -> assertThat(call).hasSize(1));
        assertArrived(ids(0, 10));
    }

    private void assertArrived(List<String> ids) {
        assertThat(destination.arrived("d").stream()
                        .filter(message -> message.key().isPresent())
                        .map(Message::id))
                .containsExactlyElementsOf(ids);
    }

    private void publish(String key, int from, int to) {
        ids(from, to)
                .forEach(id -> store.publish(Message.to("d").id(id).key(key).text("x")));
    }

    private static List<String> ids(int from, int to) {
        return new ArrayList<>(IntStream.range(from, to).mapToObj(i -> "m" + i).toList());
    }

    private RelayEngine relay() {
        RelayEngine engine = new RelayEngine(parts(), now, () -> {});
        long end = now + MOST_NANOS;
        while (now < end && !(isEmpty() && engine.isQuiet())) {
            int work = engine.step(now);
            now += work > 0 ? 50_000 : Math.max(10_000, engine.nanosUntilStep(now));
        }
        assertThat(isEmpty()).as("all is sent or given up").isTrue();
        return engine;
    }

    private boolean isEmpty() {
        return store.pending().isEmpty() && store.parked().isEmpty();
    }

    private RelayParts parts() {
        return new RelayParts(
                "relay",
                store,
                name -> new Listening(),
                RelayOptions.defaults()
                        .retry(RetryPolicy.fixed(Duration.ofMillis(20)).maxAttempts(3)),
                Map.of(),
                Map.of(),
                RelayListener.NONE,
                Runnable::run,
                Runnable::run,
                new Random(1),
                () -> BEGINNING.plusNanos(now));
    }

    /** Remembers what comes together. */
    private final class Listening implements Transport {
        @Override
        public void send(List<Outgoing> batch, OutcomeListener outcomes) {
            for (List<Outgoing> run : Outgoing.runs(batch)) {
                calls.add(run.stream().map(one -> one.message().id()).toList());
            }
            destination.send(batch, outcomes);
        }

        @Override
        public int longestRun() {
            return destination.longestRun();
        }

        @Override
        public void close() {
            destination.close();
        }
    }
}
