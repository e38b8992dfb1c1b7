package dev.outbox.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.Message;
import dev.outbox.spi.Fetch;
import dev.outbox.spi.Fetched;
import dev.outbox.spi.Outcome;
import dev.outbox.spi.OutcomeListener;
import dev.outbox.spi.Outgoing;
import dev.outbox.spi.StoreException;
import dev.outbox.spi.Transport;
import dev.outbox.testkit.InMemoryStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One engine over a store in memory, in virtual time, with destinations that answer at once what a test says. */
final class EngineRig {
    static final String NAME = "relay";
    private static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");
    private static final long LONGEST_STEP_NANOS = Duration.ofMillis(10).toNanos();

    /** A message that was handed over. */
    record Sent(String destination, String id, int attempt, long atNanos) {}

    final InMemoryStore tables = new InMemoryStore(() -> BEGINNING.plusNanos(now()));
    final List<Sent> sent = new ArrayList<>();
    final Queue<Runnable> blockedCalls = new ArrayDeque<>();
    final RelayEngine engine;
    /** Whether the database takes no notes. */
    boolean refusesNotes;
    /** How long a read of fresh messages takes. */
    Duration readTakes = Duration.ZERO;

    long nanosReading;
    /** The destination whose client does not come back, or null. */
    @Nullable
    String blocked;

    private final Function<Outgoing, @Nullable Outcome> answers;
    private long now;

    /** @param answers what a destination says to a message at once; null for nothing */
    EngineRig(RelayOptions options, Map<String, Integer> budgets, Function<Outgoing, @Nullable Outcome> answers) {
        this.answers = answers;
        this.engine = new RelayEngine(
                new RelayParts(
                        NAME,
                        new ForwardingStore(tables) {
                            @Override
                            public void mark(String instance, String marker) {
                                if (refusesNotes) {
                                    throw new StoreException("no notes", new IllegalStateException());
                                }
                                super.mark(instance, marker);
                            }

                            @Override
                            public Fetched fetch(Fetch fetch) {
                                now += readTakes.toNanos();
                                nanosReading += readTakes.toNanos();
                                return super.fetch(fetch);
                            }
                        },
                        this::destination,
                        options,
                        Map.of(),
                        budgets,
                        RelayListener.NONE,
                        Runnable::run,
                        this::callTransport,
                        new Random(1),
                        () -> BEGINNING.plusNanos(now())),
                0,
                () -> {});
    }

    long now() {
        return now;
    }

    void publish(String destination, String id) {
        tables.publish(Message.to(destination).id(id).key(id).text("x"));
    }

    /** One step of the engine, and the time until the next. */
    void step() {
        int work = engine.step(now);
        long wait = work > 0 ? 50_000 : Math.max(10_000, engine.nanosUntilStep(now));
        now += Math.min(wait, LONGEST_STEP_NANOS);
    }

    void pass(Duration time) {
        for (long end = now + time.toNanos(); now < end; ) {
            step();
        }
    }

    void await(String what, BooleanSupplier condition) {
        for (long end = now + Duration.ofMinutes(1).toNanos(); !condition.getAsBoolean(); step()) {
            assertThat(now).as("time until " + what).isLessThan(end);
        }
    }

    /** Those of the attempts of {@code id} that were made. */
    List<Sent> sent(String id) {
        return sent.stream().filter(one -> one.id().equals(id)).toList();
    }

    /** Only the lane that is handed over now has just begun to send. */
    private void callTransport(Runnable call) {
        if (blocked != null && blockedCalls.isEmpty() && engine.memory.lane(blocked).sending) {
            blockedCalls.add(call);
        } else {
            call.run();
        }
    }

    private Transport destination(String name) {
        return new Transport() {
            @Override
            public void send(List<Outgoing> batch, OutcomeListener outcomes) {
                for (Outgoing outgoing : batch) {
                    sent.add(new Sent(name, outgoing.message().id(), outgoing.attempt(), now));
                    Outcome outcome = answers.apply(outgoing);
                    if (outcome != null) {
                        outcomes.onOutcome(outgoing.token(), outcome);
                    }
                }
            }

            @Override
            public void close() {}
        };
    }
}
