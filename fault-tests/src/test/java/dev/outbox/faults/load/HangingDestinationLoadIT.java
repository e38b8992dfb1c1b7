package dev.outbox.faults.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outbox.relay.Relay;
import dev.outbox.relay.RelayOptions;
import dev.outbox.spi.Outcome;
import dev.outbox.spi.OutcomeListener;
import dev.outbox.spi.Outgoing;
import dev.outbox.spi.Transport;
import dev.outbox.testservers.Bars;
import dev.outbox.testservers.ChildJvm;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * G10: two destinations, each a process of its own, and a third that is missing. One process is stopped for longer than two leases: the other destination's messages go on without a
 * delay worth speaking of, also when the client of the stopped one blocks the thread that calls it, and the relay keeps its slots. When the process goes on, all of its
 * messages arrive, in order, once.
 */
@Timeout(300)
class HangingDestinationLoadIT {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final Duration LEASE = Duration.ofSeconds(4);
    private static final Duration STOPPED = Duration.ofSeconds(9);
    private static final int PER_SECOND = 300;
    private static final double MOST_MILLIS = Bars.atMost(500, 6_000);

    @Test
    void g10_aDestinationThatHangsDelaysNoOther() {
        run("hangs", SocketTransport::asynchronous);
    }

    @Test
    void g10_aClientThatBlocksItsCallerDelaysNoOtherDestination() {
        run("blocks its caller", SocketTransport::blocking);
    }

    private interface Client {
        SocketTransport connect(int port, Delays delays);
    }

    private static void run(String what, Client client) {
        Delays stoppedDelays = new Delays();
        Delays delays = new Delays();
        try (LoadDatabase database = LoadDatabase.create();
                ChildJvm first = ChildJvm.of(AckServer.class).start();
                ChildJvm second = ChildJvm.of(AckServer.class).start();
                SocketTransport stopped = client.connect(port(first), stoppedDelays);
                SocketTransport other = SocketTransport.asynchronous(port(second), delays);
                Relay relay = Relay.from(database.outbox().store())
                        .options(RelayOptions.defaults().lease(LEASE))
                        .route("stopped", stopped)
                        .route("other", other)
                        .route("missing", new Missing())
                        .start();
                Traffic toStopped = traffic(database, "stopped");
                Traffic toOther = traffic(database, "other");
                Traffic toMissing = traffic(database, "missing")) {
            await("messages flow to both")
                    .atMost(BOUND)
                    .until(() -> Math.min(
                                    stopped.arrivals().count(), other.arrivals().count())
                            > 2 * PER_SECOND);
            long begin = System.nanoTime();
            first.sigstop();
            Map<Integer, Integer> slots = new TreeMap<>();
            long end = begin + STOPPED.toNanos();
            while (System.nanoTime() - end < 0) {
                slots.merge(relay.statistics().slots(), 1, Integer::sum);
                Passing.pass(Duration.ofMillis(20));
            }
            first.sigcont();
            List.of(toStopped, toOther, toMissing).forEach(Traffic::stop);
            await("what waited has arrived")
                    .atMost(BOUND)
                    .until(() -> stopped.arrivals().count() == toStopped.published());
            await("the others have arrived")
                    .atMost(BOUND)
                    .until(() -> other.arrivals().count() == toOther.published());

            double[] before = delays.between(begin - Duration.ofSeconds(2).toNanos(), begin);
            double[] meanwhile = delays.between(begin, end);
            Figures.print(
                    "a destination %s for %d s: the other's delays p99 %.1f ms before, %.1f ms meanwhile, longest %.1f ms; slots and how often %s",
                    what,
                    STOPPED.toSeconds(),
                    Figures.percentile(99, before),
                    Figures.percentile(99, meanwhile),
                    Figures.percentile(100, meanwhile),
                    slots);
            assertThat(meanwhile.length).as("messages of the other").isGreaterThan(PER_SECOND);
            assertThat(Figures.percentile(100, meanwhile))
                    .as("longest delay of the other")
                    .isLessThan(MOST_MILLIS);
            int looks = slots.values().stream().mapToInt(count -> count).sum();
            assertThat((double) slots.getOrDefault(64, 0) / looks)
                    .as("share of the looks at which it had its slots: %s", slots)
                    .isGreaterThanOrEqualTo(Bars.atLeast(1, 0.6));
            assertThat(stopped.arrivals().disorder()).isEmpty();
            assertThat(other.arrivals().disorder()).isEmpty();
            assertThat(relay.statistics().dead()).isZero();
        }
    }

    private static Traffic traffic(LoadDatabase database, String destination) {
        return Traffic.start(database.outbox(), destination, Backlog.keys("key", 50), PER_SECOND);
    }

    private static int port(ChildJvm server) {
        String line = server.awaitLine(l -> l.startsWith("port "), BOUND);
        return Integer.parseInt(line.substring("port ".length()));
    }

    /** Nobody is there. */
    private static final class Missing implements Transport {
        @Override
        public void send(List<Outgoing> batch, OutcomeListener outcomes) {
            for (Outgoing sending : batch) {
                outcomes.onOutcome(
                        sending.token(), new Outcome.Unavailable(new IllegalStateException("nobody is there")));
            }
        }

        @Override
        public void close() {}
    }
}
