package dev.outbox.faults.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.Message;
import dev.outbox.spi.DeadLetter;
import dev.outbox.spi.DeadLetterQuery;
import dev.outbox.spi.DeadReason;
import dev.outbox.testservers.Bars;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * G7, G8, G9: messages that always fail, among good ones of other keys, over three consumer processes of which one is renewed meanwhile. {@code -Dlong=true} makes it 30,000
 * good messages beside three that fail.
 */
@Timeout(600)
class FailingMessageFaultIT {
    private static final boolean LONG = Boolean.getBoolean("long");
    private static final int PAIRS = LONG ? 3 : 2;
    private static final int GOOD = LONG ? 10_000 : 5_000;
    private static final int KEYS = 500;
    private static final int ATTEMPTS = 6;
    private static final int FOLLOWERS = 20;
    private static final double FLOOR = Bars.atLeast(0.9, 0.25);
    /** Long enough that a process on a busy machine does not lose what it tries, which is then tried once more elsewhere. */
    private static final Duration CLAIM = Duration.ofSeconds(20);
    /** How much longer than its step a delay may be. */
    private static final Duration LATE = Duration.ofSeconds(30);

    /** The delay that lasts as long as the message is held. */
    private static final int HELD_DELAY = 0;

    @Test
    void g7_aFailingMessageHoldsBackItsKeyAloneIsTriedAsOftenAsItsPolicySaysAndIsHandledAfterTheFix() {
        try (Pipeline pipeline = new Pipeline(Broker.KAFKA)) {
            Setup setup = pipeline.setup.attempts(ATTEMPTS).claim(CLAIM);
            pipeline.startRelay();
            for (String instance : List.of("one", "two", "three")) {
                Pipeline.awaitStarted(pipeline.startConsumer(setup.instance(instance)));
            }
            Publishing good = new Publishing(pipeline.books, "good-", KEYS, 1);
            window(pipeline, good);
            List<Message> failing = new ArrayList<>();
            double alone = 0;
            double beside = 0;
            for (int pair = 0; pair < PAIRS; pair++) {
                alone = Math.max(alone, window(pipeline, good));
                failing.add(publishFailing(pipeline, good, "failing-" + pair));
                beside = Math.max(beside, window(pipeline, good));
                assertWaits(pipeline, "failing-" + pair);
                pipeline.books.execute("DELETE FROM held");
                if (pair == 0) {
                    Pipeline.end(pipeline.consumer("two"));
                    pipeline.startConsumer(setup.instance("two"));
                }
                awaitDead(pipeline, pair + 1);
            }
            long others = pipeline.books.number("SELECT count(*) FROM published WHERE type <> 'failing'");
            pipeline.awaitEffects(Pipeline.CONSUMER, others, Pipeline.BOUND);
            Pipeline.report(
                    "%.0f good messages a second alone, %.0f beside a failing one, ratio %.2f; %s",
                    alone, beside, beside / alone, delays(pipeline, failing.get(0)));

            assertThat(beside / alone).as("throughput beside a failing message").isGreaterThanOrEqualTo(FLOOR);
            failing.forEach(message -> assertTriedByThePolicy(pipeline, message));
            assertDeadLetters(pipeline, failing);
            assertJittered(pipeline, failing);
            assertThat(pipeline.books.wrong(Pipeline.CONSUMER)).isEmpty();
            redriveAfterTheFix(pipeline, failing.size(), others);
        }
    }

    /** Messages a second, from the first published to the last handled. */
    private static double window(Pipeline pipeline, Publishing good) {
        long before = pipeline.books.number("SELECT count(*) FROM effect WHERE message_key LIKE 'good-%'");
        long begun = System.nanoTime();
        good.publishAll(GOOD, 500);
        pipeline.awaitThat(
                "the good ones are handled",
                Pipeline.BOUND,
                () -> pipeline.books.number("SELECT count(*) FROM effect WHERE message_key LIKE 'good-%'")
                        == before + GOOD);
        return GOOD / ((System.nanoTime() - begun) / 1e9);
    }

    private static Message publishFailing(Pipeline pipeline, Publishing publishing, String key) {
        pipeline.books.execute("INSERT INTO held (message_key) VALUES ('" + key + "')");
        Message failing = publishing.publishOne(key, Messages.FAILING);
        for (int i = 0; i < FOLLOWERS; i++) {
            publishing.publishOne(key, Messages.EVENT);
        }
        return failing;
    }

    /** While it waits for its next attempt, which is held, so does all of its key; the broker is done with them. */
    private static void assertWaits(Pipeline pipeline, String key) {
        pipeline.awaitAcknowledged(Pipeline.CONSUMER);
        List<String> parked = pipeline.books.column(
                "SELECT message_key FROM inbox_parked WHERE consumer = '" + Pipeline.CONSUMER + "' ORDER BY number");
        assertThat(parked).as("waiting in the store").containsOnly(key).hasSize(FOLLOWERS + 1);
        assertThat(pipeline.books.number("SELECT count(*) FROM effect WHERE message_key = '" + key + "'"))
                .as("effects of its key while it waits")
                .isZero();
        assertThat(pipeline.books.column("SELECT message_key FROM outbox_dead_letter"))
                .as("dead before its attempts are used up")
                .doesNotContain(key);
    }

    private static void awaitDead(Pipeline pipeline, int count) {
        pipeline.awaitThat(
                "the dead letter",
                Pipeline.BOUND,
                () -> pipeline.books.count("outbox_dead_letter") == count && pipeline.books.count("inbox_parked") == 0);
    }

    private static void assertTriedByThePolicy(Pipeline pipeline, Message message) {
        assertThat(pipeline.books.column(
                        "SELECT instance FROM attempt WHERE message_id = '" + message.id() + "' ORDER BY number"))
                .as("attempts, by the handler's own count")
                .hasSize(ATTEMPTS);
        List<Long> delays = delays(pipeline, message);
        List<Long> steps = steps();
        for (int i = 0; i < steps.size(); i++) {
            assertThat(delays.get(i)).as("delay %d of %s", i + 1, delays).isGreaterThanOrEqualTo(steps.get(i) / 2);
            if (i != HELD_DELAY) {
                assertThat(delays.get(i))
                        .as("delay %d of %s", i + 1, delays)
                        .isLessThanOrEqualTo(steps.get(i) + LATE.toMillis());
            }
        }
    }

    /** Between its attempts, in ms. */
    private static List<Long> delays(Pipeline pipeline, Message message) {
        return pipeline
                .books
                .column("SELECT (extract(epoch FROM at - before) * 1000)::bigint FROM (SELECT at, number,"
                        + " lag(at) OVER (ORDER BY number) AS before FROM attempt WHERE message_id = '" + message.id()
                        + "') pairs WHERE before IS NOT NULL ORDER BY number")
                .stream()
                .map(Long::valueOf)
                .toList();
    }

    private static List<Long> steps() {
        return LongStream.iterate(Setup.STEP.toMillis(), step -> Math.min(2 * step, Setup.LONGEST_STEP.toMillis()))
                .limit(ATTEMPTS - 1)
                .boxed()
                .toList();
    }

    /** Of two messages, the delays are not the same; they are drawn anew for each. */
    private static void assertJittered(Pipeline pipeline, List<Message> failing) {
        List<String> lastDelays = failing.stream()
                .map(message -> delays(pipeline, message).toString())
                .distinct()
                .toList();
        assertThat(lastDelays).as("delays of each message").hasSize(failing.size());
    }

    private static void assertDeadLetters(Pipeline pipeline, List<Message> failing) {
        List<DeadLetter> dead = pipeline.books.outbox().deadLetters().list(DeadLetterQuery.all());
        assertThat(dead)
                .extracting(letter -> letter.message().id())
                .containsExactlyElementsOf(failing.stream().map(Message::id).toList());
        assertThat(dead).allSatisfy(letter -> {
            assertThat(letter.consumer()).contains(Pipeline.CONSUMER);
            assertThat(letter.reason()).isEqualTo(DeadReason.ATTEMPTS_EXHAUSTED);
            assertThat(letter.attempts()).isEqualTo(ATTEMPTS);
            assertThat(letter.error()).contains(Effects.FAILURE);
        });
    }

    private static void redriveAfterTheFix(Pipeline pipeline, int count, long others) {
        pipeline.books.execute("INSERT INTO mended (id) VALUES (1)");
        assertThat(pipeline.books.outbox().deadLetters().redrive(DeadLetterQuery.all()))
                .as("redriven")
                .isEqualTo(count);
        pipeline.awaitEffects(Pipeline.CONSUMER, others + count, Pipeline.BOUND);
        pipeline.awaitThat(
                "nothing is left",
                Pipeline.BOUND,
                () -> pipeline.books.leftOver().isEmpty());
        assertThat(pipeline.books.number("SELECT count(*) FROM effect WHERE message_key LIKE 'failing-%'"))
                .as("effects of the keys that had failed")
                .isEqualTo((long) count * (FOLLOWERS + 1));
    }
}
