package dev.outbox.faults.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outbox.relay.Relay;
import dev.outbox.spi.Outcome;
import dev.outbox.spi.Outgoing;
import dev.outbox.testservers.Bars;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * G8, G10: a destination that takes nothing for a while is probed rarely, nothing is charged to its messages, none becomes a dead letter, and from the end of the outage on it gets no
 * more than its rate, each message once. The outage lasts six seconds, and a minute with {@code -Dlong=true}; ten minutes of it are simulated by {@code OutageSimTest}.
 */
@Timeout(300)
class OutageLoadIT {
    private static final boolean LONG = Boolean.getBoolean("long");
    private static final Duration OUTAGE = Duration.ofSeconds(LONG ? 60 : 6);
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final int PUBLISHED_PER_SECOND = 500;
    /** Without it, all that has waited would come within a second: three times as much, and more in the long form. */
    private static final int RATE = LONG ? 2_000 : 1_000;

    private final AtomicBoolean down = new AtomicBoolean();
    private final AtomicInteger charged = new AtomicInteger();
    private final Sink sink = new Sink(this::answer);

    private Outcome answer(Outgoing sending) {
        if (sending.attempt() > 1) {
            charged.incrementAndGet();
        }
        return down.get() ? new Outcome.Unavailable(new IllegalStateException("down")) : Outcome.CONFIRMED;
    }

    @Test
    void g8_anOutageChargesNothingAndItsEndIsNoStorm() {
        try (LoadDatabase database = LoadDatabase.create();
                Relay relay = Relay.from(database.outbox().store())
                        .to(sink)
                        .rateLimit("d", RATE)
                        .start();
                Traffic traffic =
                        Traffic.start(database.outbox(), "d", Backlog.keys("key", 200), PUBLISHED_PER_SECOND)) {
            await("messages flow").atMost(BOUND).until(() -> sink.arrivals().count() > PUBLISHED_PER_SECOND);
            down.set(true);
            long sent = sink.sendings().count();
            await("the relay notices").atMost(BOUND).until(() -> sink.sendings().count() > sent);
            long begin = System.nanoTime();
            Passing.pass(OUTAGE);
            down.set(false);
            long end = System.nanoTime();
            long before = sink.arrivals().count();
            await("the destination is used again")
                    .atMost(BOUND)
                    .until(() -> sink.arrivals().count() > before);
            long again = System.nanoTime();
            await("the backlog has drained")
                    .atMost(OUTAGE.plus(BOUND))
                    .until(() -> traffic.published() - sink.arrivals().count() < PUBLISHED_PER_SECOND);
            long drained = System.nanoTime();
            traffic.stop();
            await("everything has arrived")
                    .atMost(BOUND)
                    .until(() -> sink.arrivals().count() == traffic.published());

            int probes = sink.sendings().countBetween(begin + SECOND.toNanos(), end);
            int most = sink.sendings().mostWithin(SECOND, end);
            int since = sink.sendings().countBetween(end, System.nanoTime());
            long arrived = sink.arrivals().count() - before;
            Figures.print(
                    "outage of %d s: %d probes after its first second; used again after %.1f s, drained after %.1f s more; at most %d a second with a rate of %d, %d sendings for %d arrivals",
                    OUTAGE.toSeconds(),
                    probes,
                    Figures.seconds(again - end),
                    Figures.seconds(drained - again),
                    most,
                    RATE,
                    since,
                    arrived);
            assertThat(relay.statistics().dead()).as("dead letters").isZero();
            assertThat(relay.statistics().failures()).as("failures").isZero();
            assertThat(charged.get()).as("second attempts").isZero();
            assertThat((long) probes).as("probes").isBetween(1L, 8 + OUTAGE.toSeconds() / 7);
            assertThat((double) most).as("sendings in one second").isLessThanOrEqualTo(Bars.atMost(1.1, 2.5) * RATE);
            assertThat((double) since).as("sendings after the outage").isLessThanOrEqualTo(1.1 * arrived);
            assertThat(sink.arrivals().disorder()).isEmpty();
        }
    }
}
