package dev.outbox.faults.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.faults.pipeline.Schedule.Kind;
import dev.outbox.faults.pipeline.Schedule.Step;
import dev.outbox.testservers.ChildJvm;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * G1, G2, G3, G6, G7, G8: messages of 500 keys go from the outbox over a broker to a consumer with an inbox, while the relay and two consumer processes are killed
 * and started again, a third comes and goes, and the broker is killed twice. {@code -Dlong=true} makes it 100,000 messages and ten kills of each process;
 * {@code -Dpipeline.seed=N} another schedule, {@code -Dpipeline.mistake=ACKNOWLEDGED_FIRST} or {@code INBOX_APART} a test that has to fail.
 */
@Timeout(1_200)
class KilledPipelineFaultIT {
    private static final boolean LONG = Boolean.getBoolean("long");
    private static final int MESSAGES = Integer.getInteger("pipeline.messages", LONG ? 100_000 : 12_000);
    private static final int KILLS = Integer.getInteger("pipeline.kills", LONG ? 10 : 3);
    private static final long SEED = Long.getLong("pipeline.seed", 1);
    private static final Mistake MISTAKE = Mistake.valueOf(System.getProperty("pipeline.mistake", "NONE"));
    private static final int KEYS = 500;
    private static final Duration STEP_BOUND = Duration.ofSeconds(120);

    /** What was seen at the kills. */
    private final Map<Kind, Integer> made = new EnumMap<>(Kind.class);

    private final long begun = System.nanoTime();
    private int withOutbox;

    @ParameterizedTest
    @EnumSource(Broker.class)
    void g6_eachMessageHasOneEffectInTheOrderOfItsKeyWhateverIsKilled(Broker broker) {
        try (Pipeline pipeline = new Pipeline(broker)) {
            pipeline.startRelay();
            start(pipeline, "first");
            start(pipeline, "second");
            try (Flow flow = new Flow(pipeline.books, MESSAGES, KEYS, SEED)) {
                for (Step step : Schedule.of(MESSAGES, KILLS, SEED)) {
                    victim(pipeline, step.kind()).ifPresent(Pipeline::awaitStarted);
                    flow.open(step.effects());
                    pipeline.awaitProgress(step.effects(), STEP_BOUND);
                    take(pipeline, flow, step.kind());
                }
                flow.openForAll();
                pipeline.awaitThat("all is published", STEP_BOUND, () -> flow.published() == MESSAGES);
            }
            pipeline.awaitEffects(Pipeline.CONSUMER, MESSAGES, STEP_BOUND);
            pipeline.awaitAcknowledged(Pipeline.CONSUMER);
            pipeline.awaitThat(
                    "the tables are empty",
                    STEP_BOUND,
                    () -> pipeline.books.leftOver().isEmpty());
            report(pipeline);
            check(pipeline);
        }
    }

    private static void start(Pipeline pipeline, String instance) {
        pipeline.startConsumer(pipeline.setup.instance(instance).mistake(MISTAKE));
    }

    private void take(Pipeline pipeline, Flow flow, Kind kind) {
        switch (kind) {
            case KILL_RELAY, KILL_FIRST, KILL_SECOND ->
                victim(pipeline, kind).ifPresent(victim -> kill(pipeline, flow, kind, victim));
            case RENEW_SECOND, LEAVE -> victim(pipeline, kind).ifPresent(Pipeline::end);
            case KILL_BROKER -> {
                Pipeline.report("%.1f s: %s", seconds(), kind);
                pipeline.broker.kill();
            }
            case JOIN -> {}
        }
        switch (kind) {
            case KILL_RELAY -> pipeline.startRelay();
            case KILL_FIRST -> start(pipeline, "first");
            case KILL_SECOND, RENEW_SECOND -> start(pipeline, "second");
            case JOIN -> start(pipeline, "third");
            case KILL_BROKER -> pipeline.broker.restart();
            case LEAVE -> {}
        }
    }

    private static Optional<ChildJvm> victim(Pipeline pipeline, Kind kind) {
        return switch (kind) {
            case KILL_RELAY -> Optional.of(pipeline.relay());
            case KILL_FIRST -> Optional.of(pipeline.consumer("first"));
            case KILL_SECOND, RENEW_SECOND -> Optional.of(pipeline.consumer("second"));
            case LEAVE -> Optional.of(pipeline.consumer("third"));
            case JOIN, KILL_BROKER -> Optional.empty();
        };
    }

    private void kill(Pipeline pipeline, Flow flow, Kind kind, ChildJvm victim) {
        // Halted, it does not run out of work before it is killed.
        victim.sigstop();
        pipeline.awaitThat("there is work left", STEP_BOUND, () -> isWorkLeft(pipeline, flow, kind));
        victim.kill9();
        long effects = pipeline.books.effects(Pipeline.CONSUMER);
        long published = flow.published();
        long unsent = pipeline.books.count("outbox_message");
        made.merge(kind, 1, Integer::sum);
        withOutbox += kind == Kind.KILL_RELAY && unsent > 0 ? 1 : 0;
        Pipeline.report(
                "%.1f s: %s at %d of %d, %d in the outbox, %d parked",
                seconds(), kind, effects, published, unsent, pipeline.books.count("inbox_parked"));
    }

    /** Whether not all that is published is handled; at a kill of the relay, whether not all is sent. Asks for more if there is none. */
    private static boolean isWorkLeft(Pipeline pipeline, Flow flow, Kind kind) {
        long published = flow.published();
        boolean left = kind == Kind.KILL_RELAY
                ? pipeline.books.count("outbox_message") > 0
                : pipeline.books.effects(Pipeline.CONSUMER) < published;
        if (!left) {
            flow.openFurther();
        }
        return left;
    }

    private void report(Pipeline pipeline) {
        long appended = pipeline.broker.appended(Messages.DESTINATION);
        Pipeline.report(
                "seed %d: %d messages in %.1f s; %s kills, of the relay %d with messages in the outbox; %s",
                SEED,
                MESSAGES,
                seconds(),
                made,
                withOutbox,
                appended < 0 ? "duplicates unknown" : (appended - MESSAGES) + " duplicates at the broker");
    }

    private double seconds() {
        return (System.nanoTime() - begun) / 1e9;
    }

    private void check(Pipeline pipeline) {
        Books books = pipeline.books;
        assertThat(books.wrong(Pipeline.CONSUMER)).as("seed %d", SEED).isEmpty();
        assertThat(books.effects(Pipeline.CONSUMER)).as("effects").isEqualTo(MESSAGES);
        assertThat(books.count("published")).as("published").isEqualTo(MESSAGES);
        assertThat(books.number("SELECT count(*) FROM inbox_message WHERE state = 'DONE'"))
                .as("inbox rows")
                .isEqualTo(MESSAGES);
        assertThat(books.count("inbox_message")).as("all inbox rows").isEqualTo(MESSAGES);
        assertThat(made)
                .as("kills")
                .isEqualTo(Map.of(Kind.KILL_RELAY, KILLS, Kind.KILL_FIRST, KILLS, Kind.KILL_SECOND, KILLS));
        assertThat(withOutbox).as("kills of the relay with work before it").isPositive();
    }
}
