package dev.outbox.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.Message;
import dev.outbox.spi.Outcome;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A relay whose reads begin at zero, and walk over what an old transaction keeps in the table. */
class WalkingReadsSimTest {
    private static final int FEW = 10;
    private static final int MANY = 500;

    private final EngineRig rig = new EngineRig(RelayOptions.defaults(), Map.of(), outgoing -> Outcome.CONFIRMED);
    private int keys = MANY;
    private int published;

    private WalkingReadsSimTest() {
        rig.tables.horizonLag(Long.MAX_VALUE / 2);
    }

    private void publish(int messages) {
        for (int end = published + messages; published < end; published++) {
            rig.tables.publish(Message.to("d")
                    .id(String.valueOf(published))
                    .key("key-" + published % keys)
                    .text("x"));
        }
        rig.engine.hint();
    }

    /** A thousand messages a second. */
    private void flow(Duration time) {
        for (long end = rig.now() + time.toNanos(); rig.now() < end; ) {
            long begin = rig.now();
            rig.step();
            publish((int) (rig.now() / 1_000_000 - begin / 1_000_000));
        }
    }

    /** More comes of each key between two reads than one brings, so each of them leaves something. */
    @Test
    void readsThatWalkTakeATwentiethOfTheTimeAlsoWhileMessagesKeepComing() {
        keys = FEW;
        rig.readTakes = Duration.ofMillis(50);
        flow(Duration.ofSeconds(3));

        long before = rig.nanosReading;
        flow(Duration.ofSeconds(20));

        assertThat((double) (rig.nanosReading - before) / Duration.ofSeconds(20).toNanos())
                .as("of the time")
                .isBetween(0.02, 0.1);
        rig.await("all were sent", () -> rig.sent.size() == published);
        assertThat(rig.sent.stream().map(each -> Integer.valueOf(each.id())).filter(id -> id % FEW == 0))
                .isSorted();
    }

    @Test
    void aBacklogIsReadWithoutARest() {
        rig.readTakes = Duration.ofMillis(50);
        flow(Duration.ofSeconds(3));
        publish(20_000);
        long begin = rig.now();

        rig.await("all were sent", () -> rig.sent.size() == published);

        assertThat(Duration.ofNanos(rig.now() - begin)).isLessThan(Duration.ofSeconds(4));
    }

    @Test
    void readsThatDoNotWalkFollowHintsAtOnce() {
        rig.readTakes = Duration.ofMillis(2);
        flow(Duration.ofSeconds(3));
        rig.pass(Duration.ofSeconds(5));
        publish(1);
        long begin = rig.now();

        rig.await("it was sent", () -> rig.sent.size() == published);

        assertThat(Duration.ofNanos(rig.now() - begin)).isLessThan(Duration.ofMillis(10));
    }
}
