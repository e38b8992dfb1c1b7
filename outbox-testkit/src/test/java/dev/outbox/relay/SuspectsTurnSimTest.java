package dev.outbox.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.spi.Heartbeat;
import dev.outbox.spi.Outcome;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * G10: after an unclean end, more suspects than one group wait for a destination that takes no more, because its client has not come back, or because it never answers.
 * Nobody has to keep still for them.
 */
class SuspectsTurnSimTest {
    private static final int SUSPECTS = 3 * Suspects.GROUP;
    private static final RelayOptions OPTIONS = RelayOptions.defaults().maxInFlight(Suspects.GROUP);
    /** The first group goes alone for a second; then the others go. */
    private static final Duration FIRST_GROUP = Duration.ofSeconds(3);

    private static final Duration PROMPT = Duration.ofMillis(250);

    private final EngineRig rig = new EngineRig(
            OPTIONS,
            Map.of(),
            outgoing -> outgoing.message().destination().equals("silent") ? null : Outcome.CONFIRMED);

    @Test
    void g10_suspectsOfADestinationWhoseClientBlocksDelayNoOther() {
        rig.blocked = "blocked";
        leaveSuspects("blocked");
        assertOthersArePrompt();
        assertThat(rig.blockedCalls).hasSize(1);

        rig.blocked = null;
        rig.blockedCalls.remove().run();
        rig.await("all suspects are sent", () -> sentTo("blocked") == SUSPECTS);
    }

    @Test
    void g10_suspectsOfADestinationThatNeverAnswersDelayNoOther() {
        leaveSuspects("silent");
        assertOthersArePrompt();
        assertThat(sentTo("silent")).isEqualTo(Suspects.GROUP);
    }

    private void leaveSuspects(String destination) {
        for (int i = 0; i < SUSPECTS; i++) {
            rig.publish(destination, "suspect-" + i);
        }
        rig.tables.heartbeat(new Heartbeat(EngineRig.NAME, Duration.ofSeconds(1), Map.of(), Set.of(), Map.of()));
        rig.tables.mark(
                EngineRig.NAME, Suspects.Note.range(-1, 0, SUSPECTS, false).encode());
    }

    private long sentTo(String destination) {
        return rig.sent.stream()
                .filter(one -> one.destination().equals(destination))
                .count();
    }

    /** Publishes to another destination for 12 seconds, and so for less than the send timeout. */
    private void assertOthersArePrompt() {
        rig.pass(FIRST_GROUP);
        Map<String, Long> published = new HashMap<>();
        for (int i = 0; i < 600; i++) {
            published.put("other-" + i, rig.now());
            rig.publish("other", "other-" + i);
            rig.engine.hint();
            rig.pass(Duration.ofMillis(20));
        }
        rig.await("all others are sent", () -> sentTo("other") == published.size());
        long longest = rig.sent.stream()
                .filter(one -> one.destination().equals("other"))
                .mapToLong(one -> one.atNanos() - published.get(one.id()))
                .max()
                .orElseThrow();
        assertThat(Duration.ofNanos(longest))
                .as("longest delay of another destination")
                .isLessThan(PROMPT);
    }
}
