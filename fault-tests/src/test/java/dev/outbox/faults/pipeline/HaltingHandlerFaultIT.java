package dev.outbox.faults.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outbox.Message;
import dev.outbox.spi.DeadLetter;
import dev.outbox.spi.DeadLetterQuery;
import dev.outbox.spi.DeadReason;
import dev.outbox.testservers.ChildJvm;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * G8: a message whose handler halts the JVM, started again each time, as a supervisor would. That kills for no reason of its messages make no dead letter is what
 * {@link KilledPipelineFaultIT} shows.
 */
@Timeout(600)
class HaltingHandlerFaultIT {
    private static final int OTHERS = 400;
    private static final int KEYS = 40;
    private static final int ATTEMPTS = 3;
    private static final int FOLLOWERS = 5;
    /** More than its attempts, as those are not charged in which others were under way too. */
    private static final int MOST_HALTS = 5 * ATTEMPTS;

    @ParameterizedTest
    @EnumSource(Broker.class)
    void g8_aMessageThatHaltsItsConsumerDiesOfItsAttemptsAndTheOthersAreHandledOnce(Broker broker) {
        try (Pipeline pipeline = new Pipeline(broker)) {
            Message poison = publishAroundPoison(pipeline);
            pipeline.startRelay();
            pipeline.awaitThat(
                    "all is at the broker", Pipeline.BOUND, () -> pipeline.books.count("outbox_message") == 0);

            int halts = runUntilHandled(pipeline);
            List<DeadLetter> dead = pipeline.books.outbox().deadLetters().list(DeadLetterQuery.all());
            pipeline.awaitAcknowledged(Pipeline.CONSUMER);

            Pipeline.report(
                    "message that halts its consumer: dead after %d halts, %s",
                    halts,
                    dead.stream()
                            .map(letter -> letter.reason() + " with " + letter.attempts() + " attempts charged")
                            .toList());
            assertThat(dead).extracting(letter -> letter.message().id()).containsExactly(poison.id());
            assertThat(dead.get(0).reason()).isEqualTo(DeadReason.PROCESS_ENDED);
            assertThat(dead.get(0).attempts()).isEqualTo(ATTEMPTS);
            assertThat(dead.get(0).consumer()).contains(Pipeline.CONSUMER);
            assertThat(pipeline.books.number("SELECT count(*) FROM attempt"))
                    .as("attempts, by the handler's own count")
                    .isEqualTo(halts);
            assertThat(pipeline.books.wrong(Pipeline.CONSUMER)).isEmpty();
            assertThat(pipeline.books.leftOver()).containsExactly("1 in outbox_dead_letter");
        }
    }

    private static Message publishAroundPoison(Pipeline pipeline) {
        Publishing publishing = new Publishing(pipeline.books, "key-", KEYS, 3);
        publishing.publishAll(OTHERS / 2, 20);
        Message poison = publishing.publishOne("poisoned", Messages.HALTING);
        for (int i = 0; i < FOLLOWERS; i++) {
            publishing.publishOne("poisoned", Messages.EVENT);
        }
        publishing.publishAll(OTHERS / 2, 20);
        return poison;
    }

    /** Starts the consumer again whenever it has halted; returns how often it did. */
    private static int runUntilHandled(Pipeline pipeline) {
        for (int halts = 0; halts <= MOST_HALTS; halts++) {
            ChildJvm child =
                    pipeline.startConsumer(pipeline.setup.instance("one").attempts(ATTEMPTS));
            await("the process halts, or all is handled")
                    .atMost(Pipeline.BOUND)
                    .until(() -> !child.isRunning()
                            || pipeline.books.effects(Pipeline.CONSUMER) == OTHERS + FOLLOWERS
                                    && pipeline.books.count("inbox_parked") == 0
                                    && pipeline.books.count("outbox_dead_letter") == 1);
            if (child.isRunning()) {
                return halts;
            }
            assertThat(child.awaitExit(Pipeline.BOUND)).as("exit code").isEqualTo(Effects.HALT_CODE);
        }
        throw new AssertionError("The process has halted more than " + MOST_HALTS + " times: "
                + pipeline.books.leftOver() + ", " + pipeline.books.effects(Pipeline.CONSUMER) + " effects");
    }
}
