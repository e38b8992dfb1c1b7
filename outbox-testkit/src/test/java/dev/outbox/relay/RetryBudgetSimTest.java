package dev.outbox.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.retry.RetryPolicy;
import dev.outbox.spi.Outcome;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a destination's retry budget is spent for. Every message fails at its first attempt and no other. */
class RetryBudgetSimTest {
    private static final Outcome FAILED = new Outcome.Failed(new IllegalStateException("the first attempt"));
    private static final RelayOptions OPTIONS =
            RelayOptions.defaults().retry(RetryPolicy.exponential(Duration.ofMillis(10)));

    private static EngineRig rig(int budget) {
        return new EngineRig(
                OPTIONS, Map.of("d", budget), outgoing -> outgoing.attempt() == 1 ? FAILED : Outcome.CONFIRMED);
    }

    @Test
    void aRetryThatWaitsForItsNoteCostsNoTokenUntilItGoes() {
        EngineRig rig = rig(5);
        rig.publish("d", "m");
        rig.await("the first attempt", () -> rig.sent.size() == 1);
        rig.refusesNotes = true;
        Lane lane = rig.engine.memory.lane("d");
        rig.await("the retry's turn", () -> !lane.retries.isEmpty());
        for (int step = 0; step < 50; step++) {
            rig.step();
        }
        assertThat(rig.sent).hasSize(1);
        assertThat(lane.retries).hasSize(1);
        assertThat(lane.budget.available()).as("tokens").isEqualTo(5);

        rig.refusesNotes = false;
        rig.await("the retry", () -> rig.sent.size() == 2);
        assertThat(lane.budget.available()).as("tokens").isEqualTo(4);
    }

    @Test
    void aBudgetThatIsUsedUpIsNotFullAgainAfterAMomentWithoutMessages() {
        EngineRig rig = rig(1);
        rig.publish("d", "m1");
        rig.await("the retry that takes the only token", () -> rig.sent("m1").size() == 2);
        rig.pass(Duration.ofSeconds(3));

        rig.publish("d", "m2");
        rig.publish("d", "m3");
        rig.await("both retries", () -> rig.sent("m2").size() + rig.sent("m3").size() == 4);
        long apart = rig.sent("m2").get(1).atNanos() - rig.sent("m3").get(1).atNanos();
        assertThat(Duration.ofNanos(Math.abs(apart)))
                .as("between two retries without a token")
                .isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    }
}
