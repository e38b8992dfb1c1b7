package dev.outbox.monitoring;

import dev.outbox.Health;
import dev.outbox.relay.Relay;
import dev.outbox.relay.RelayStatistics;
import dev.outbox.spi.Depth;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The attributes of a relay's bean. */
final class RelayFigures {
    /** One look. */
    private record Look(RelayStatistics statistics, Health health) {}

    private RelayFigures() {}

    static Figures<?> of(Relay relay) {
        return new Figures<>(
                "What relay " + relay.name() + " has done and what it sees",
                () -> new Look(relay.statistics(), relay.health()),
                List.of(
                        new Figure<>(
                                "State",
                                String.class,
                                "NEW, RUNNING, STOPPING, CLOSED or FAILED",
                                look -> look.statistics().state().name()),
                        new Figure<>(
                                "Health",
                                String.class,
                                "UP, DEGRADED or DOWN",
                                look -> look.health().status().name()),
                        new Figure<>(
                                "HealthReason",
                                String.class,
                                "why, in words",
                                look -> look.health().reason()),
                        new Figure<>(
                                "Slots",
                                Integer.class,
                                "owned, of 64",
                                look -> look.statistics().slots()),
                        new Figure<>(
                                "Held",
                                Integer.class,
                                "messages in memory",
                                look -> look.statistics().held()),
                        new Figure<>(
                                "InFlight",
                                Integer.class,
                                "sent, without an outcome",
                                look -> look.statistics().inFlight()),
                        new Figure<>(
                                "Confirmed",
                                Long.class,
                                "messages confirmed",
                                look -> look.statistics().confirmed()),
                        new Figure<>(
                                "Failures",
                                Long.class,
                                "attempts that were charged",
                                look -> look.statistics().failures()),
                        new Figure<>(
                                "DeadLetters",
                                Long.class,
                                "messages given up",
                                look -> look.statistics().dead()),
                        new Figure<>(
                                "ConfirmedPerSecond",
                                Double.class,
                                "over ten seconds or so",
                                look -> look.statistics().confirmedPerSecond()),
                        new Figure<>(
                                "FailuresPerSecond",
                                Double.class,
                                "over ten seconds or so",
                                look -> look.statistics().failuresPerSecond()),
                        new Figure<>(
                                "LatencyP50Millis",
                                Double.class,
                                "from publish to confirmation",
                                look -> ConsumerFigures.millis(look.statistics().latencyP50())),
                        new Figure<>(
                                "LatencyP99Millis",
                                Double.class,
                                "from publish to confirmation",
                                look -> ConsumerFigures.millis(look.statistics().latencyP99())),
                        new Figure<>(
                                "Pending",
                                Long.class,
                                "rows of outbox_message; 100000 means at least so many",
                                look -> depth(look).map(Depth::pending).orElse(null)),
                        new Figure<>(
                                "Parked",
                                Long.class,
                                "rows of outbox_parked",
                                look -> depth(look).map(Depth::parked).orElse(null)),
                        new Figure<>(
                                "Dead",
                                Long.class,
                                "rows of outbox_dead_letter",
                                look -> depth(look).map(Depth::dead).orElse(null)),
                        new Figure<>(
                                "OldestPendingSeconds",
                                Double.class,
                                "age of the oldest row of outbox_message",
                                look -> oldest(look)
                                        .map(age -> ConsumerFigures.millis(age) / 1_000)
                                        .orElse(null))));
    }

    private static Optional<Depth> depth(Look look) {
        return look.statistics().depth();
    }

    private static Optional<Duration> oldest(Look look) {
        return depth(look).flatMap(depth -> Optional.ofNullable(depth.oldestPending()));
    }
}
